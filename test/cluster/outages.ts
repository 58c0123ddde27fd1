import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Behaviour } from '../servers/faulty-proxy.ts'
import type { SharedServer } from './shared-stores.ts'
import { type Answer, type WiredHouse, wiredHouse } from './wired-house.ts'

/** What goes wrong, and how it is put right. */
interface Fault {
  readonly title: string
  bring(house: WiredHouse, server: SharedServer): unknown
  /** Somebody is signed out by another process meanwhile: in `mend`, where nobody else reaches the server either. */
  readonly othersReachIt: boolean
  mend(house: WiredHouse, server: SharedServer, revoke: () => Promise<unknown>): unknown
}

function onTheWire(title: string, behaviour: Behaviour): Fault {
  return {
    title,
    bring({ wire }) {
      wire.behave(behaviour)
      if (behaviour === 'hangUp') wire.cut()
    },
    othersReachIt: true,
    mend: ({ wire }) => wire.behave('pass'),
  }
}

const FAULTS: readonly Fault[] = [
  {
    title: 'it is ended, and started again',
    bring: (_, server) => server.end(),
    othersReachIt: false,
    async mend({ wire }, server, revoke) {
      wire.behave('hangUp')
      wire.cut()
      await server.restart()
      await revoke()
      wire.behave('pass')
    },
  },
  {
    title: 'it stands still',
    bring: (_, server) => server.pause(),
    othersReachIt: false,
    async mend(_, server, revoke) {
      const revoked = revoke()
      await server.resume()
      await revoked
    },
  },
  {
    title: 'connections to it are refused',
    bring: ({ wire }) => wire.shut(),
    othersReachIt: true,
    mend: ({ wire }) => wire.reopen(),
  },
  onTheWire('the network swallows what it says', 'silent'),
  onTheWire('its connections are reset when it answers', 'reset'),
  onTheWire('its connections are cut, and so are new ones', 'hangUp'),
]

const WAIT = { timeout: 30_000, interval: 10 }
const PAGE = { accept: 'text/html' }

/** Outages of a session store, from the first moment until all is well again, as people see them. */
export function describeOutages(name: string, start: () => Promise<SharedServer>): void {
  describe(`an outage of ${name}`, () => {
    let server: SharedServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server?.stop())

    test.each(FAULTS)(
      '$title',
      async (fault) => {
        const house = await wiredHouse(server)
        let mended = false
        onTestFinished(async () => {
          if (!mended) await fault.mend(house, server, async () => {})
        })
        await fault.bring(house, server)
        await vi.waitFor(() => expect(house.isConnected()).toBe(false), WAIT)
        expect(house.auth.health()).toMatchObject({ healthy: false })
        if (fault.othersReachIt) expect(await house.revokeElsewhere('carl')).toBe(1)
        await outlastGrace(house)

        let revoked = fault.othersReachIt
        await fault.mend(house, server, async () => {
          expect(await house.revokeElsewhere('carl')).toBe(1)
          revoked = true
        })
        mended = true
        expect(revoked).toBe(true)
        await untilWell(house, { wasDeaf: true })
        expect(house.warnings).toEqual({ OSTIARY_SESSION_FEED: 1, OSTIARY_SESSION_STORE: 1 })
      },
      120_000,
    )

    test('within a lease: whoever was signed out elsewhere is refused once it hears again', async () => {
      const house = await wiredHouse(server)
      const { auth, wire } = house
      const who = (person: 'anna' | 'carl') =>
        auth.authenticateRequest({ headers: { cookie: house.cookieHeader(person) }, ...CONNECTION })
      for (let times = 0; times < 5; times += 1) {
        wire.behave('hangUp')
        wire.cut()
        await vi.waitFor(() => expect(house.isConnected()).toBe(false), WAIT)
        if (times === 0) {
          await house.revokeElsewhere('carl')
          expect(await who('carl')).toMatchObject({ user: { name: 'carl' } })
        }
        wire.behave('pass')
        for (;;) {
          const identity = who('carl')
          const hears = house.isConnected()
          // No request has come in between.
          if (hears) expect((await identity).user.isAnonymous).toBe(true)
          if (hears) break
          await new Promise(setImmediate)
        }
        expect(await who('anna')).toMatchObject({ user: { name: 'anna' } })
      }
    }, 60_000)
  })
}

const CONNECTION = { https: false, host: 'localhost' }

/** For as long as sessions are believed without their store, and beyond. */
export async function outlastGrace(house: WiredHouse): Promise<void> {
  const [login, logout] = await Promise.all([house.login('anna'), house.logout('erik'), expectBelieved(house)])
  expectUnavailable(login)
  // A browser that wants to be signed out forgets its cookie all the same.
  expect(logout).toMatchObject({ status: 503, cookie: 'ostiary=' })
  house.clock.advance('61s')
  await expectBelieved(house)
  house.clock.advance('5m')
  await expectNotBelieved(house)
}

/** As if nothing had happened: nobody is asked in again, and whoever is known to be out stays out. */
async function expectBelieved(house: WiredHouse): Promise<void> {
  for (const person of ['anna', 'bert', 'carl', 'dora'] as const) {
    const { status, body, cookie } = await house.view(person)
    if (person === 'bert') expect(status).toBe(403)
    else expect({ person, status, body, cookie }).toEqual({ person, status: 200, body: person, cookie: undefined })
  }
  expect(await house.open('anna')).toMatchObject({ status: 200, body: 'anna', cookie: undefined })
}

/** Nobody can tell, and so nobody is anybody, least of all anonymous where one has to be signed in. */
async function expectNotBelieved(house: WiredHouse): Promise<void> {
  const answers = ['anna', 'carl', 'dora'] as const
  for (const person of answers) expectUnavailable(await house.view(person))
  expectUnavailable(await house.view('anna', PAGE))
  expect((await house.view('bert')).status).toBe(403)
  expect(await house.open('anna')).toMatchObject({ status: 200, body: 'anonymous', cookie: undefined })
  expectUnavailable(await house.login('anna'))
}

function expectUnavailable({ status, cookie, retryAfter }: Answer): void {
  expect({ status, cookie }).toEqual({ status: 503, cookie: undefined })
  expect(Number(retryAfter)).toBeGreaterThan(0)
}

/**
 * By itself. Nobody who was left alone is signed out on the way, and nobody who was not gets in. A node that was deaf has
 * heard of `carl` when it says that it hears.
 */
export async function untilWell(house: WiredHouse, { wasDeaf }: { readonly wasDeaf: boolean }): Promise<void> {
  const giveUpAt = performance.now() + 60_000
  for (;;) {
    const wasHearing = house.isConnected()
    const [anna, bert, carl] = [await house.view('anna'), await house.view('bert'), await house.view('carl')]
    expect([200, 503]).toContain(anna.status)
    expect(bert.status).toBe(403)
    expect(carl.status).not.toBe(200)
    if (wasDeaf && wasHearing) expect(carl.status).toBe(403)
    if (wasHearing && anna.status === 200 && carl.status === 403) break
    expect(performance.now()).toBeLessThan(giveUpAt)
    await pause(10)
  }
  expect(house.auth.health()).toMatchObject({ healthy: true })
  const dora = await house.view('dora')
  expect({ status: dora.status, body: dora.body }).toEqual({ status: 200, body: 'dora' })
  expect(dora.cookie).toBeDefined()
  expect((await house.login('carl')).status).toBeLessThan(400)

  // A lease has begun: of its end only the feed can tell.
  const { cookie = '' } = await house.login('dora')
  expect((await house.view('dora', { cookie })).status).toBe(200)
  expect(await house.revokeElsewhere('dora')).toBe(2)
  await vi.waitFor(async () => expect((await house.view('dora', { cookie })).status).toBe(403), WAIT)
}
