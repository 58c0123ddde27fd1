import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Answer } from '../application/serve-auth.ts'
import type { Behaviour } from '../servers/faulty-proxy.ts'
import type { SharedServer } from './shared-stores.ts'
import { type WiredApplication, wiredApplication } from './wired-application.ts'

/** What goes wrong, and how it is put right. */
interface Fault {
  readonly title: string
  bring(application: WiredApplication, server: SharedServer): unknown
  /** Somebody is signed out by another process meanwhile: in `mend`, where nobody else reaches the server either. */
  readonly othersReachIt: boolean
  mend(application: WiredApplication, server: SharedServer, revoke: () => Promise<unknown>): unknown
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
        const application = await wiredApplication(server)
        let mended = false
        onTestFinished(async () => {
          if (!mended) await fault.mend(application, server, async () => {})
        })
        await fault.bring(application, server)
        await vi.waitFor(() => expect(application.isConnected()).toBe(false), WAIT)
        expect(application.auth.health()).toMatchObject({ healthy: false })
        if (fault.othersReachIt) expect(await application.revokeElsewhere('carl')).toBe(1)
        await outlastGrace(application)

        let revoked = fault.othersReachIt
        await fault.mend(application, server, async () => {
          expect(await application.revokeElsewhere('carl')).toBe(1)
          revoked = true
        })
        mended = true
        expect(revoked).toBe(true)
        await untilWell(application, { wasDeaf: true })
        expect(application.warnings).toEqual({ OSTIARY_SESSION_FEED: 1, OSTIARY_SESSION_STORE: 1 })
      },
      120_000,
    )

    test('within a lease: whoever was signed out elsewhere is refused once it hears again', async () => {
      const application = await wiredApplication(server)
      const { auth, wire } = application
      const who = (person: 'anna' | 'carl') =>
        auth.authenticateRequest({ headers: { cookie: application.cookieHeader(person) }, ...CONNECTION })
      for (let times = 0; times < 5; times += 1) {
        wire.behave('hangUp')
        wire.cut()
        await vi.waitFor(() => expect(application.isConnected()).toBe(false), WAIT)
        if (times === 0) {
          await application.revokeElsewhere('carl')
          expect(await who('carl')).toMatchObject({ user: { name: 'carl' } })
        }
        wire.behave('pass')
        for (;;) {
          const identity = who('carl')
          const hears = application.isConnected()
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
export async function outlastGrace(application: WiredApplication): Promise<void> {
  const [login, logout] = await Promise.all([
    application.login('anna'),
    application.logout('erik'),
    expectBelieved(application),
  ])
  expectUnavailable(login)
  // A browser that wants to be signed out forgets its cookie all the same.
  expect(logout).toMatchObject({ status: 503, cookie: 'ostiary=' })
  application.clock.advance('61s')
  await expectBelieved(application)
  application.clock.advance('5m')
  await expectNotBelieved(application)
}

/** As if nothing had happened: nobody is asked in again, and whoever is known to be out stays out. */
async function expectBelieved(application: WiredApplication): Promise<void> {
  for (const person of ['anna', 'bert', 'carl', 'dora'] as const) {
    const { status, body, cookie } = await application.view(person)
    if (person === 'bert') expect(status).toBe(403)
    else expect({ person, status, body, cookie }).toEqual({ person, status: 200, body: person, cookie: undefined })
  }
  expect(await application.open('anna')).toMatchObject({ status: 200, body: 'anna', cookie: undefined })
}

/** Nobody can tell, and so nobody is anybody, least of all anonymous where one has to be signed in. */
async function expectNotBelieved(application: WiredApplication): Promise<void> {
  const answers = ['anna', 'carl', 'dora'] as const
  for (const person of answers) expectUnavailable(await application.view(person))
  expectUnavailable(await application.view('anna', PAGE))
  expect((await application.view('bert')).status).toBe(403)
  expect(await application.open('anna')).toMatchObject({ status: 200, body: 'anonymous', cookie: undefined })
  expectUnavailable(await application.login('anna'))
}

function expectUnavailable({ status, cookie, headers }: Answer): void {
  expect({ status, cookie }).toEqual({ status: 503, cookie: undefined })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
}

/**
 * By itself. Nobody who was left alone is signed out on the way, and nobody who was not gets in. A node that was deaf has
 * heard of `carl` when it says that it hears.
 */
export async function untilWell(
  application: WiredApplication,
  { wasDeaf }: { readonly wasDeaf: boolean },
): Promise<void> {
  const giveUpAt = performance.now() + 60_000
  for (;;) {
    const wasHearing = application.isConnected()
    const [anna, bert, carl] = [
      await application.view('anna'),
      await application.view('bert'),
      await application.view('carl'),
    ]
    expect([200, 503]).toContain(anna.status)
    expect(bert.status).toBe(403)
    expect(carl.status).not.toBe(200)
    if (wasDeaf && wasHearing) expect(carl.status).toBe(403)
    if (wasHearing && anna.status === 200 && carl.status === 403) break
    expect(performance.now()).toBeLessThan(giveUpAt)
    await pause(10)
  }
  expect(application.auth.health()).toMatchObject({ healthy: true })
  const dora = await application.view('dora')
  expect({ status: dora.status, body: dora.body }).toEqual({ status: 200, body: 'dora' })
  expect(dora.cookie).toBeDefined()
  expect((await application.login('carl')).status).toBeLessThan(400)

  // A lease has begun: of its end only the feed can tell.
  const { cookie = '' } = await application.login('dora')
  expect((await application.view('dora', { cookie })).status).toBe(200)
  expect(await application.revokeElsewhere('dora')).toBe(2)
  await vi.waitFor(async () => expect((await application.view('dora', { cookie })).status).toBe(403), WAIT)
}
