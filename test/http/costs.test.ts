import type { FastifyInstance } from 'fastify'
import { anyone, protect } from 'ostiary/fastify'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { VIEW } from '../application/test-auth.ts'
import { countCalls } from '../count-calls.ts'

// What requests cost, by counting. A promise of speed that is kept by never doing a thing cannot be lost in a measurement.

const counted = {
  decrypted: countCalls('createDecipheriv'),
  encrypted: countCalls('createCipheriv'),
  derived: countCalls('hkdfSync'),
  parsed: vi.spyOn(JSON, 'parse'),
}
afterAll(() => counted.parsed.mockRestore())

function routes(app: FastifyInstance): void {
  app.get('/view', protect({ permission: VIEW }), async ({ user }) => user.name)
  app.get('/check', protect({ check: (user) => user.name === 'viewer' }), async () => 'in')
  app.get('/quiet', anyone({ user: false }), async () => 'hello')
}

let application: Application
let cookie: string

async function open(cache?: number): Promise<void> {
  application = await openApplication({ routes, sessions: cache === undefined ? {} : { cache } })
  cookie = await application.signIn('viewer')
}

beforeEach(() => open())

/** What happens while something is done. */
async function costOf(action: () => Promise<unknown>): Promise<Record<string, number>> {
  const asked = { ...application.store.asked }
  const hashes = application.hashes()
  for (const spy of Object.values(counted)) spy.mockClear()
  await action()
  const store = Object.entries(application.store.asked).map(
    ([what, count]) => count - (asked[what as keyof typeof asked] ?? 0),
  )
  return {
    ...Object.fromEntries(Object.entries(counted).map(([what, spy]) => [what, spy.mock.calls.length])),
    store: store.reduce((a, b) => a + b, 0),
    hashed: application.hashes() - hashes,
  }
}

async function visits(path: string, times: number, withCookie = cookie): Promise<void> {
  for (let time = 0; time < times; time += 1) expect((await application.request(path, withCookie)).statusCode).toBe(200)
}

const NOTHING = { decrypted: 0, encrypted: 0, derived: 0, parsed: 0, store: 0, hashed: 0 }

describe('within a lease', () => {
  test.each(['/view', '/check'])(
    '%s costs one decryption for a session, however many requests there are',
    async (path) => {
      expect(await costOf(() => visits(path, 1))).toEqual({ ...NOTHING, decrypted: 1, parsed: 1 })
      expect(await costOf(() => visits(path, 200))).toEqual(NOTHING)
    },
  )

  test('each session is decrypted once, in whatever order they come', async () => {
    const cookies = await Promise.all(Array.from({ length: 5 }, () => application.signIn('viewer')))
    const allOf = async () => {
      for (const each of cookies) await visits('/view', 1, each)
    }
    expect(await costOf(allOf)).toEqual({ ...NOTHING, decrypted: 5, parsed: 5 })
    expect(await costOf(async () => Promise.all(Array.from({ length: 20 }, allOf)))).toEqual(NOTHING)
  })

  test('without a cache, each request decrypts once, and does nothing more', async () => {
    await open(0)
    expect(await costOf(() => visits('/view', 50))).toEqual({ ...NOTHING, decrypted: 50, parsed: 50 })
  })

  test('a public route without its user decrypts nothing', async () => {
    const other = await application.signIn('admin')
    expect(await costOf(() => visits('/quiet', 100, other))).toEqual(NOTHING)
  })
})

test('at its end, a hundred requests at once cost one question, one look at the account and one seal', async () => {
  await visits('/view', 1)
  application.clock.advance('1m')
  const lookup = vi.spyOn(application.auth.sources[0] ?? expect.fail('there is no source'), 'lookup')
  const cost = await costOf(() => Promise.all(Array.from({ length: 100 }, () => visits('/view', 1))))
  // What the database has of the account is in part JSON.
  expect(cost).toEqual({ ...NOTHING, encrypted: 1, store: 1, parsed: cost.parsed })
  expect(cost.parsed).toBeLessThanOrEqual(3)
  expect(lookup).toHaveBeenCalledTimes(1)
})

test('a login costs one hash, whatever comes of it', async () => {
  const login = (payload: object) => () => application.request({ method: 'POST', url: '/auth/login', payload })
  for (const payload of [
    { username: 'viewer', password: 'pw of viewer' },
    { username: 'viewer', password: 'wrong' },
    { username: 'nobody', password: 'wrong' },
    { username: 'ghost', password: 'pw of ghost' },
  ])
    expect((await costOf(login(payload))).hashed, payload.username).toBe(1)
})

test('a cookie that was not sealed here costs no store, no source and no hash', async () => {
  const [name] = cookie.split('=')
  for (const value of ['', 'x', 'a.b.c.d.e', `${cookie.slice(cookie.indexOf('=') + 1)}x`, 'x'.repeat(4000)]) {
    const cost = await costOf(async () => {
      expect((await application.request('/view', `${name}=${value}`)).statusCode).toBe(403)
    })
    expect({ ...cost, decrypted: 0 }, value.slice(0, 20)).toEqual(NOTHING)
    expect(cost.decrypted).toBeLessThanOrEqual(1)
  }
})
