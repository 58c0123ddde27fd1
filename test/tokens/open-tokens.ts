import Fastify from 'fastify'
import { Hono } from 'hono'
import {
  type AuditEvent,
  type Auth,
  type AuthOptions,
  memoryRecords,
  memorySessions,
  type RecordStore,
  type SessionStore,
} from 'ostiary'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { getUser, ostiary as honoOstiary, protect as honoProtect } from 'ostiary/hono'
import { openDatabase } from 'ostiary/sql'
import { apiTokens, basicLogin, type TokenAdministration, tokensOf } from 'ostiary/tokens'
import { onTestFinished } from 'vitest'
import { connectionOf, type NodeInfo, serveFetch } from '../adapters/serve-fetch.ts'
import { ADMIN, EDIT, passwordOf, testAuth, testUsers, VIEW, VIEWER } from '../application/test-auth.ts'

export interface TokenSetup {
  readonly framework?: 'fastify' | 'hono'
  readonly auth?: Partial<AuthOptions>
}

export interface TokenApplication {
  readonly origin: string
  readonly auth: Auth
  readonly events: AuditEvent[]
  readonly tokens: TokenAdministration
  /** Calls of the stores of records and sessions, and of the users. */
  readonly calls: () => number
  idOf(person: string): Promise<string>
  advance(ms: number): void
  /** Asks with an `Authorization` header. */
  ask(
    path: string,
    authorization?: string,
    init?: RequestInit,
  ): Promise<{ status: number; body: string; headers: Headers }>
  /** Opens a second node on the same stores. */
  another(): Promise<Pick<TokenApplication, 'ask' | 'auth'>>
}

/** Opens an application that takes tokens, on a port of this machine. `admin` edits, `viewer` views, `root` is a superuser. */
export async function openTokens({ framework = 'fastify', auth: options }: TokenSetup = {}): Promise<TokenApplication> {
  let ahead = 0
  let calls = 0
  const clock = () => Date.now() + ahead
  const events: AuditEvent[] = []
  const database = openDatabase('sqlite::memory:')
  const users = testUsers(database, { clock })
  const counted = <Store extends object>(store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...asked: unknown[]) => {
          calls += 1
          return (value as (...all: unknown[]) => unknown).apply(target, asked)
        }
      },
    })
  const store: SessionStore = memorySessions({ clock })
  const records: RecordStore = memoryRecords({ clock })

  function open(): Auth {
    const auth = testAuth({
      roles: [ADMIN, VIEWER],
      sources: [counted(users)],
      sessions: { store: counted(store), secret: SECRET },
      extensions: [apiTokens({ prefix: 'harbour' }), basicLogin()],
      records: counted(records),
      clock,
      audit: { record: (event) => void events.push(event) },
      ...options,
    })
    onTestFinished(() => auth.close())
    return auth
  }

  async function serve(auth: Auth): Promise<Pick<TokenApplication, 'ask' | 'auth' | 'origin'>> {
    const origin = await (framework === 'fastify' ? serveFastify(auth) : serveHono(auth))
    return {
      origin,
      auth,
      async ask(path, authorization, init = {}) {
        const headers = {
          accept: 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
          ...(init.headers as Record<string, string> | undefined),
        }
        const answer = await fetch(origin + path, { redirect: 'manual', ...init, headers })
        return { status: answer.status, body: await answer.text(), headers: answer.headers }
      },
    }
  }

  const auth = open()
  await auth.ready()
  onTestFinished(() => database.close())
  for (const [username, roles] of [
    ['admin', [ADMIN]],
    ['viewer', [VIEWER]],
    ['root', []],
  ] as const)
    await users.add({ username, password: passwordOf(username), roles, superuser: username === 'root' })
  const served = await serve(auth)

  return {
    ...served,
    events,
    tokens: tokensOf(auth),
    calls: () => calls,
    advance: (ms) => {
      ahead += ms
    },
    async idOf(person) {
      return `local:${(await users.get(person))?.id}`
    },
    async another() {
      const other = open()
      await other.ready()
      return serve(other)
    },
  }
}

const SECRET = 'oD3kq9-a-key-of-the-tests-0xWm7vLz2Q'

async function serveFastify(auth: Auth): Promise<string> {
  const app = Fastify()
  await app.register(ostiary, { auth })
  app.get('/view', protect({ permission: VIEW }), ({ user }) => `seen by ${user.name}`)
  app.get('/edit', protect({ permission: EDIT }), ({ user }) => `edited by ${user.name}`)
  app.get('/admin', protect({ roles: [ADMIN] }), () => 'administered')
  app.get('/recent', protect({ authenticatedWithin: '1h' }), () => 'recent')
  app.get('/strong', protect({ authenticatedWith: 'second-factor' }), () => 'strong')
  app.get('/password', protect({ authenticatedWith: 'password' }), () => 'password')
  app.get('/open', anyone(), ({ user }) => `open to ${user.name}`)
  onTestFinished(() => app.close())
  return app.listen({ port: 0, host: '127.0.0.1' })
}

async function serveHono(auth: Auth): Promise<string> {
  const app = new Hono<{ Bindings: NodeInfo }>()
  const doorkeeper = honoOstiary(app, { auth, connection: (c) => connectionOf(c.req.raw, c.env as NodeInfo, false) })
  app.get('/view', honoProtect({ permission: VIEW }), (c) => c.text(`seen by ${getUser(c).name}`))
  app.get('/edit', honoProtect({ permission: EDIT }), (c) => c.text(`edited by ${getUser(c).name}`))
  await doorkeeper.ready()
  const { close, url } = await serveFetch((request, info) => app.fetch(request, info))
  onTestFinished(close)
  return url
}
