import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startCap } from '../sap/cap-server.ts'
import { faultyProxy } from '../servers/faulty-proxy.ts'
import { startAll } from '../servers/start-all.ts'
import { FAULTS } from './faults.ts'
import { openHouse } from './open-house.ts'
import { sapOver } from './places.ts'
import {
  circuitsOpen,
  DEADLINE,
  expectOnRecord,
  expectUnavailable,
  later,
  RESCUE,
  SPARE,
  signIn,
  wiredHouse,
} from './wired-house.ts'
import { directory, NAMES, type Name, type Place, sapSystem, shop } from './wires.ts'

const places = {} as Record<Name, Place>
beforeAll(async () => {
  const starts = { ldap: directory, sap: sapSystem, shop }
  await startAll(
    ...NAMES.map((name) => async () => {
      places[name] = await starts[name]()
    }),
  )
}, 120_000)
afterAll(async () => {
  await Promise.all(Object.values(places).map((place) => place.remove()))
})

const ROWS = FAULTS.flatMap((fault) => fault.places.map((name) => [name, fault.title, fault] as const))

describe.each(ROWS)('%s: %s', (name, _, fault) => {
  test('is an outage of that source alone, and over when it is over', async () => {
    const place = places[name]
    const [person, newcomer] = place.people
    const others = NAMES.filter((other) => other !== name).map((other) => places[other].people[0])
    const countedBefore = await place.counted?.()
    const house = await wiredHouse(places)
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
    expectOnRecord(house, { source: name, reason: fault.reason, times: 4 })
    await renew()

    if (fault.slow) {
      expect(circuitsOpen(house)).toEqual([name])
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
    expect(circuitsOpen(house)).toEqual([])
    await renew()
    expect(await place.counted?.()).toBe(countedBefore)

    expect((await signIn(house, { ...person, password: 'wrong' })).status).toBe(401)
    if (countedBefore !== undefined) expect(await place.counted?.()).toBe(countedBefore + 1)
  })
})

test('while LDAP and SAP both hang, an administrator of the house comes in, and nobody waits for long', async () => {
  const house = await wiredHouse(places)
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

  expect(circuitsOpen(house)).toEqual(['ldap', 'sap'])
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
  expect(circuitsOpen(house)).toEqual([])
})

test.each([
  ['reset', /ECONNRESET|hang up|closed/],
  ['half', /ECONNRESET|hang up|closed|aborted/],
  ['drip', /no answer within/],
] as const)(
  'an answer of SAP to a password that it has seen, and that does not arrive whole (%s), is none',
  async (behaviour, reason) => {
    // Unencrypted, so that it is the answer which fails, and not the handshake before it.
    const cap = await startCap()
    onTestFinished(() => cap.stop())
    const wire = await faultyProxy(cap.port)
    onTestFinished(() => wire.close())
    const house = await openHouse({
      sources: (local) => [sapOver(`http://127.0.0.1:${wire.port}`), local],
      sourceDeadline: DEADLINE,
    })
    const reasons: (string | undefined)[] = []
    house.auth.on('login.failed', ({ trail }) => reasons.push(trail[0]?.reason))
    wire.behave(behaviour)
    const [clara] = places.sap.people
    for (const answer of await Promise.all([signIn(house, clara), signIn(house, { ...clara, password: 'wrong' })])) {
      expectUnavailable(answer)
    }
    expect(reasons).toEqual([expect.stringMatching(reason), expect.stringMatching(reason)])
    wire.behave('pass')
    expect((await signIn(house, clara)).status).toBe(200)
    expect((await signIn(house, { ...clara, password: 'wrong' })).status).toBe(401)
  },
)

test('a source that still hangs is asked by one login for all, and then left alone again', async () => {
  const house = await wiredHouse(places)
  const { ldap } = house.wires
  const [alice] = places.ldap.people
  ldap.behave('silent')
  await Promise.all([1, 2, 3].map(() => signIn(house, alice)))
  expect(circuitsOpen(house)).toEqual(['ldap'])
  const asked = ldap.connections()
  later(10_000)
  for (const answer of await Promise.all([1, 2, 3, 4].map(() => signIn(house, alice)))) expectUnavailable(answer)
  expect(ldap.connections()).toBe(asked + 1)
  expectUnavailable(await signIn(house, alice))
  expect(ldap.connections()).toBe(asked + 1)
})
