import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startCap } from '../sap/cap-server.ts'
import { openFaultyProxy } from '../servers/faulty-proxy.ts'
import { startAll } from '../servers/start-all.ts'
import { FAULTS } from './faults.ts'
import { openPeopleApplication } from './open-application.ts'
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
  wiredApplication,
} from './wired-application.ts'
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
    const application = await wiredApplication(places)
    const wire = application.wires[name]
    let { cookie = '' } = await signIn(application, person)
    /** A request at the end of the session's lease, for which its source is asked again. */
    const renew = async () => {
      application.clock.advance('61s')
      const answer = await application.get('/admin2', cookie)
      cookie = answer.cookie ?? ''
      expect([answer.status, cookie]).toEqual([200, expect.stringMatching(/.=./)])
    }
    await renew()

    await fault.bring(wire, place)
    const [doubtful, certain] = await Promise.all([
      Promise.all([
        signIn(application, person),
        signIn(application, { ...person, password: 'wrong' }),
        signIn(application, newcomer),
        signIn(application, { username: 'nobody', password: 'wrong' }),
      ]),
      Promise.all([...others, RESCUE].map((each) => signIn(application, each))),
    ])
    for (const answer of doubtful) expectUnavailable(answer)
    expect(certain.map(({ status }) => status)).toEqual([200, 200, 200])
    expectOnRecord(application, { source: name, reason: fault.reason, times: 4 })
    await renew()

    if (fault.slow) {
      expect(circuitsOpen(application)).toEqual([name])
      // Nobody waits any more, since nobody asks.
      const asked = wire.connections()
      for (const each of [person, { ...person, password: 'wrong' }, newcomer]) {
        expectUnavailable(await signIn(application, each))
      }
      expect((await signIn(application, SPARE)).status).toBe(200)
      await renew()
      expect(wire.connections()).toBe(asked)
    }

    await fault.mend(wire, place)
    // The first who is let through says for all that it is back.
    if (fault.slow) later(10_000)
    expect((await signIn(application, person)).status).toBe(200)
    expect(application.auth.health()).toMatchObject({ healthy: true })
    expect(circuitsOpen(application)).toEqual([])
    await renew()
    expect(await place.counted?.()).toBe(countedBefore)

    expect((await signIn(application, { ...person, password: 'wrong' })).status).toBe(401)
    if (countedBefore !== undefined) expect(await place.counted?.()).toBe(countedBefore + 1)
  })
})

test('while LDAP and SAP both hang, an administrator of the application comes in, and nobody waits for long', async () => {
  const application = await wiredApplication(places)
  const { ldap, sap } = application.wires
  const { cookie = '' } = await signIn(application, places.sap.people[0])
  for (const wire of [ldap, sap]) wire.behave('silent')
  // Three at once wait for both. The administrator has never signed in, and is asked for everywhere else first.
  const [rescued, ...doubtful] = await Promise.all([
    signIn(application, RESCUE),
    signIn(application, places.ldap.people[0]),
    signIn(application, { username: 'nobody', password: 'wrong' }),
  ])
  expect(rescued.status).toBe(200)
  expect((await application.get('/admin', rescued.cookie)).status).toBe(200)
  for (const answer of doubtful) expectUnavailable(answer)
  const succeeded = application.events.findLast((event) => event.type === 'login.succeeded')
  expect(succeeded?.trail.map(({ source, outcome }) => [source, outcome])).toEqual([
    ['ldap', 'unavailable'],
    ['sap', 'unavailable'],
    ['shop', 'unknown'],
    ['local', 'accepted'],
  ])

  expect(circuitsOpen(application)).toEqual(['ldap', 'sap'])
  const asked = [ldap, sap].map((wire) => wire.connections())
  expect((await signIn(application, SPARE)).status).toBe(200)
  expect((await signIn(application, places.shop.people[0])).status).toBe(200)
  application.clock.advance('61s')
  expect((await application.get('/admin2', cookie)).status).toBe(200)
  expect([ldap, sap].map((wire) => wire.connections())).toEqual(asked)

  // A wrong password of the administrator's is none that can be told for sure, until all can be asked.
  const mistyped = { ...RESCUE, password: 'wrong' }
  expectUnavailable(await signIn(application, mistyped))
  for (const wire of [ldap, sap]) wire.behave('pass')
  later(10_000)
  expect((await signIn(application, mistyped)).status).toBe(401)
  expect(circuitsOpen(application)).toEqual([])
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
    const wire = await openFaultyProxy(cap.port)
    const application = await openPeopleApplication({
      sources: (local) => [sapOver(`http://127.0.0.1:${wire.port}`), local],
      sourceDeadline: DEADLINE,
    })
    const reasons: (string | undefined)[] = []
    application.auth.on('login.failed', ({ trail }) => reasons.push(trail[0]?.reason))
    wire.behave(behaviour)
    const [clara] = places.sap.people
    for (const answer of await Promise.all([
      signIn(application, clara),
      signIn(application, { ...clara, password: 'wrong' }),
    ])) {
      expectUnavailable(answer)
    }
    expect(reasons).toEqual([expect.stringMatching(reason), expect.stringMatching(reason)])
    wire.behave('pass')
    expect((await signIn(application, clara)).status).toBe(200)
    expect((await signIn(application, { ...clara, password: 'wrong' })).status).toBe(401)
  },
)

test('a source that still hangs is asked by one login for all, and then left alone again', async () => {
  const application = await wiredApplication(places)
  const { ldap } = application.wires
  const [alice] = places.ldap.people
  ldap.behave('silent')
  await Promise.all([1, 2, 3].map(() => signIn(application, alice)))
  expect(circuitsOpen(application)).toEqual(['ldap'])
  const asked = ldap.connections()
  later(10_000)
  for (const answer of await Promise.all([1, 2, 3, 4].map(() => signIn(application, alice)))) expectUnavailable(answer)
  expect(ldap.connections()).toBe(asked + 1)
  expectUnavailable(await signIn(application, alice))
  expect(ldap.connections()).toBe(asked + 1)
})
