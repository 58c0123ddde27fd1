import type { AuditEvent } from 'ostiary'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Behaviour, type FaultyProxy, faultyProxy } from '../servers/faulty-proxy.ts'
import { type Answer, type House, openHouse } from './open-house.ts'
import { directory, type Place, sapSystem, shop } from './wires.ts'

const NAMES = ['ldap', 'sap', 'shop'] as const
type Name = (typeof NAMES)[number]

let places: Record<Name, Place>
beforeAll(async () => {
  const [ldap, sap, customers] = await Promise.all([directory(), sapSystem(), shop()])
  places = { ldap, sap, shop: customers }
}, 120_000)
afterAll(async () => {
  await Promise.all(Object.values(places ?? {}).map((place) => place.remove()))
})

const RESCUE = { username: 'rescue', password: 'behind-the-glass' }
const SPARE = { username: 'spare', password: 'under-the-mat' }

/** Longer than a source may keep people waiting before its circuit opens, and no more than that. */
const DEADLINE = '1100ms'

interface Wired extends House {
  readonly wires: Readonly<Record<Name, FaultyProxy>>
  readonly events: AuditEvent[]
}

/** A house with a wire to each place. Its own people are asked last, so that nobody comes in past the others. */
async function wiredHouse(): Promise<Wired> {
  const wires = {} as Record<Name, FaultyProxy>
  for (const name of NAMES) {
    const wire = await faultyProxy(places[name].port())
    wires[name] = wire
    onTestFinished(() => wire.close())
  }
  const house = await openHouse({
    sources: (local) => [...NAMES.map((name) => places[name].source(wires[name].port)), local],
    sourceDeadline: DEADLINE,
  })
  for (const person of [RESCUE, SPARE]) await house.users.add({ ...person, superuser: true })
  const events: AuditEvent[] = []
  house.auth.on('*', (event) => events.push(event))
  return { ...house, wires, events }
}

interface Fault {
  readonly title: string
  /** What the trail says about it. */
  readonly reason: RegExp
  /** Whether people wait for it, so that the circuit opens. */
  readonly slow: boolean
  readonly places: readonly Name[]
  bring(wire: FaultyProxy, place: Place): unknown
  mend(wire: FaultyProxy, place: Place): unknown
}

function onTheWire(behaviour: Behaviour): Pick<Fault, 'bring' | 'mend'> {
  return { bring: (wire) => wire.behave(behaviour), mend: (wire) => wire.behave('pass') }
}

/** Another server answers at its address. */
function impostor(which: 'expired' | 'stranger'): Pick<Fault, 'bring' | 'mend'> {
  const lead = (wire: FaultyProxy, port: number) => {
    wire.leadTo(port)
    wire.cut()
  }
  return {
    bring: (wire, place) => lead(wire, place[which] ?? 0),
    mend: (wire, place) => lead(wire, place.port()),
  }
}

const WITH_TLS = ['ldap', 'sap'] as const
const FAULTS: readonly Fault[] = [
  {
    title: 'its port is closed',
    // Or that of a connection which rested, if nobody has noticed yet that it is gone.
    reason: /ECONNREFUSED|terminated|lost/,
    slow: false,
    places: NAMES,
    bring: (wire) => wire.shut(),
    mend: (wire) => wire.reopen(),
  },
  {
    title: 'it accepts connections and says nothing',
    reason: /no answer within 1100 ms/,
    slow: true,
    places: NAMES,
    ...onTheWire('silent'),
  },
  {
    title: 'its answers break off',
    reason: /ECONNRESET|closed|terminated|lost|disconnected/,
    slow: false,
    places: NAMES,
    ...onTheWire('half'),
  },
  {
    title: 'its answers come too late, byte by byte',
    reason: /no answer within 1100 ms/,
    slow: true,
    places: NAMES,
    ...onTheWire('drip'),
  },
  {
    title: 'its certificate has expired',
    reason: /expired/,
    slow: false,
    places: WITH_TLS,
    ...impostor('expired'),
  },
  {
    title: 'its certificate is of another authority',
    reason: /certificate/,
    slow: false,
    places: WITH_TLS,
    ...impostor('stranger'),
  },
  {
    title: 'it was killed',
    reason: /ECONNRESET|closed|terminated|lost|disconnected/,
    slow: false,
    places: WITH_TLS,
    bring: (_, place) => place.kill?.(),
    async mend(wire, place) {
      await place.revive?.()
      wire.leadTo(place.port())
    },
  },
]

const ROWS = FAULTS.flatMap((fault) => fault.places.map((name) => [name, fault.title, fault] as const))

describe.each(ROWS)('%s: %s', (name, _, fault) => {
  test('is an outage of that source alone, and over when it is over', async () => {
    const place = places[name]
    const [person, newcomer] = place.people
    const others = NAMES.filter((other) => other !== name).map((other) => places[other].people[0])
    const countedBefore = await place.counted?.()
    const house = await wiredHouse()
    const wire = house.wires[name]
    let { cookie = '' } = await signIn(house, person)
    /** A request at the end of the session's lease, for which its source is asked again. */
    const renew = async () => {
      house.clock.advance('61s')
      const answer = await house.get('/admin2', cookie)
      cookie = answer.cookie ?? ''
      expect([answer.status, cookie]).toEqual([200, expect.stringMatching(/.=./)])
    }
    await renew()

    await fault.bring(wire, place)
    const [doubtful, certain] = await Promise.all([
      Promise.all([
        signIn(house, person),
        signIn(house, { ...person, password: 'wrong' }),
        signIn(house, newcomer),
        signIn(house, { username: 'nobody', password: 'wrong' }),
      ]),
      Promise.all([...others, RESCUE].map((each) => signIn(house, each))),
    ])
    for (const answer of doubtful) expectUnavailable(answer)
    expect(certain.map(({ status }) => status)).toEqual([200, 200, 200])
    expectOnRecord(house.events, name, fault.reason, 4)
    await renew()

    if (fault.slow) {
      expect(open(house)).toEqual([name])
      // Nobody waits any more, since nobody asks.
      const asked = wire.connections()
      for (const each of [person, { ...person, password: 'wrong' }, newcomer]) {
        expectUnavailable(await signIn(house, each))
      }
      expect((await signIn(house, SPARE)).status).toBe(200)
      await renew()
      expect(wire.connections()).toBe(asked)
    }

    await fault.mend(wire, place)
    // The first who is let through says for all that it is back.
    if (fault.slow) later(10_000)
    expect((await signIn(house, person)).status).toBe(200)
    expect(house.auth.health()).toMatchObject({ healthy: true })
    expect(open(house)).toEqual([])
    await renew()
    expect(await place.counted?.()).toBe(countedBefore)

    expect((await signIn(house, { ...person, password: 'wrong' })).status).toBe(401)
    if (countedBefore !== undefined) expect(await place.counted?.()).toBe(countedBefore + 1)
  })
})

test('while LDAP and SAP both hang, an administrator of the house comes in, and nobody waits for long', async () => {
  const house = await wiredHouse()
  const { ldap, sap } = house.wires
  const { cookie = '' } = await signIn(house, places.sap.people[0])
  for (const wire of [ldap, sap]) wire.behave('silent')
  // Three at once wait for both. The administrator has never signed in, and is asked for everywhere else first.
  const [rescued, ...doubtful] = await Promise.all([
    signIn(house, RESCUE),
    signIn(house, places.ldap.people[0]),
    signIn(house, { username: 'nobody', password: 'wrong' }),
  ])
  expect(rescued.status).toBe(200)
  expect((await house.get('/admin', rescued.cookie)).status).toBe(200)
  for (const answer of doubtful) expectUnavailable(answer)
  const succeeded = house.events.findLast((event) => event.type === 'login.succeeded')
  expect(succeeded?.trail.map(({ source, outcome }) => [source, outcome])).toEqual([
    ['ldap', 'unavailable'],
    ['sap', 'unavailable'],
    ['shop', 'unknown'],
    ['local', 'accepted'],
  ])

  expect(open(house)).toEqual(['ldap', 'sap'])
  const asked = [ldap, sap].map((wire) => wire.connections())
  expect((await signIn(house, SPARE)).status).toBe(200)
  expect((await signIn(house, places.shop.people[0])).status).toBe(200)
  house.clock.advance('61s')
  expect((await house.get('/admin2', cookie)).status).toBe(200)
  expect([ldap, sap].map((wire) => wire.connections())).toEqual(asked)

  // A wrong password of the administrator's is none that can be told for sure, until all can be asked.
  const mistyped = { ...RESCUE, password: 'wrong' }
  expectUnavailable(await signIn(house, mistyped))
  for (const wire of [ldap, sap]) wire.behave('pass')
  later(10_000)
  expect((await signIn(house, mistyped)).status).toBe(401)
  expect(open(house)).toEqual([])
})

test('a source that still hangs is asked by one login for all, and then left alone again', async () => {
  const house = await wiredHouse()
  const { ldap } = house.wires
  const [alice] = places.ldap.people
  ldap.behave('silent')
  await Promise.all([1, 2, 3].map(() => signIn(house, alice)))
  expect(open(house)).toEqual(['ldap'])
  const asked = ldap.connections()
  later(10_000)
  for (const answer of await Promise.all([1, 2, 3, 4].map(() => signIn(house, alice)))) expectUnavailable(answer)
  expect(ldap.connections()).toBe(asked + 1)
  expectUnavailable(await signIn(house, alice))
  expect(ldap.connections()).toBe(asked + 1)
})

function signIn(house: House, { username, password }: { username: string; password: string }): Promise<Answer> {
  return house.signIn(username, password)
}

/** Not a word about the password. */
function expectUnavailable({ status, headers, cookie, body }: Answer): void {
  expect({ status, cookie }).toEqual({ status: 503, cookie: undefined })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(JSON.parse(body)).toMatchObject({ status: 503, title: 'Sign-in cannot be checked now' })
}

function expectOnRecord(events: readonly AuditEvent[], source: Name, reason: RegExp, times: number): void {
  const failed = events.filter((event) => event.type === 'login.failed')
  expect(failed).toHaveLength(times)
  for (const { outcome, trail } of failed) {
    expect(outcome).toBe('unavailable')
    expect(trail.filter((step) => step.outcome === 'unavailable')).toEqual([
      expect.objectContaining({ source, reason: expect.stringMatching(reason) }),
    ])
  }
  const written = JSON.stringify(events)
  for (const { password } of Object.values(places).flatMap(({ people }) => people)) {
    expect(written).not.toContain(password)
  }
}

/** The sources that are not asked at present. */
function open(house: House): string[] {
  return house.auth
    .health()
    .sources.filter(({ circuit }) => circuit !== 'closed')
    .map(({ source }) => source)
}

/** Moves the clock that circuits go by. */
function later(milliseconds: number): void {
  const now = performance.now.bind(performance)
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + milliseconds)
  onTestFinished(() => spy.mockRestore())
}
