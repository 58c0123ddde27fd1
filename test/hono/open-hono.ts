import { Hono } from 'hono'
import { accepted, defineUserSource, memorySessions, unknown } from 'ostiary'
import { type HonoAuthOptions, type OstiaryEnv, ostiary } from 'ostiary/hono'
import { fixedClock } from 'ostiary/testing'
import { onTestFinished } from 'vitest'
import { connectionOf, type NodeInfo, serveFetch } from '../adapters/serve-fetch.ts'
import { ADMIN, testAuth, VIEWER } from '../application/test-auth.ts'

export type App = Hono<OstiaryEnv>

export interface HonoHouseOptions {
  readonly app?: App
  /** What stands before the doorkeeper. */
  readonly before?: (app: App) => unknown
  readonly routes?: (app: App) => unknown
  readonly options?: Partial<HonoAuthOptions>
  /** Whether the server starts without a look at the routes. */
  readonly unchecked?: boolean
}

/** An Auth whose source accepts `admin` and `viewer`, with any password. */
export function createTestAuth() {
  const clock = fixedClock()
  const people = defineUserSource('people', async ({ username }) => {
    const roles = { admin: [ADMIN], viewer: [VIEWER] }[username]
    return roles ? accepted({ name: username, roles }) : unknown()
  })
  const auth = testAuth({ sources: [people], sessions: { store: memorySessions({ clock }) }, clock })
  return { auth, clock }
}

/** A Hono application that listens on a port of its own. It is closed when the test is over. */
export async function openHono(
  { app = new Hono(), before, routes, options, unchecked = false }: HonoHouseOptions = {},
  whenDone: (close: () => Promise<void>) => void = onTestFinished,
) {
  const { auth, clock } = createTestAuth()
  before?.(app)
  const connection: HonoAuthOptions['connection'] = (c) => connectionOf(c.req.raw, c.env as NodeInfo, false)
  const doorkeeper = ostiary(app, { auth, connection, ...options })
  routes?.(app)
  whenDone(() => auth.close())
  if (!unchecked) await doorkeeper.ready()
  const { url, server, close } = await serveFetch((request, info) => app.fetch(request, info))
  whenDone(close)

  const ask = (path: string, init: RequestInit & { cookie?: string } = {}) => {
    const { cookie, headers, ...rest } = init
    const all = { ...(headers as object), ...(cookie !== undefined && { cookie }) }
    return fetch(`${url}${path}`, { redirect: 'manual', ...rest, headers: all })
  }
  return {
    app,
    auth,
    clock,
    doorkeeper,
    server,
    ask,
    async signIn(username: 'admin' | 'viewer'): Promise<string> {
      const body = JSON.stringify({ username, password: 'any' })
      const headers = { 'content-type': 'application/json' }
      const answer = await ask('/auth/login', { method: 'POST', headers, body })
      return cookieOf(answer)
    },
  }
}

/** The session cookie that an answer sets, as a browser would send it. */
export function cookieOf(answer: Response): string {
  const [cookie, ...more] = answer.headers.getSetCookie().filter((each) => !/^[^=]+-device=/.test(each))
  if (cookie === undefined || more.length > 0) throw new Error(`No one cookie in ${answer.status}`)
  return cookie.split(';', 1)[0] ?? ''
}
