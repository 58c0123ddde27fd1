import { generateSecret } from 'ostiary'
import { anyone, protect } from 'ostiary/fastify'
import { fixedClock } from 'ostiary/testing'
import { expect, onTestFinished, vi } from 'vitest'
import { serveAuth } from '../application/serve-auth.ts'
import { passwordOf, VIEW } from '../application/test-auth.ts'
import { type FaultyProxy, openFaultyProxy } from '../servers/faulty-proxy.ts'
import { openApplication } from './application.ts'
import type { Address } from './open-at.ts'
import type { SharedStore } from './shared-stores.ts'

/**
 * `anna` and `dora` are left alone. `bert` was signed out before, and `carl` is while something is out of order. `erik`
 * wants to sign out.
 */
const PEOPLE = ['anna', 'bert', 'carl', 'dora', 'erik'] as const
export type Person = (typeof PEOPLE)[number]

export type WiredApplication = Awaited<ReturnType<typeof wiredApplication>>

/** An application that listens, with a wire to its store if that has a port, and another process of it, which has none. */
export async function wiredApplication(server: SharedStore & { readonly port?: number }) {
  const { address, drop } = await server.create()
  onTestFinished(drop)
  const wire = await openFaultyProxy(server.port ?? 1)
  const clock = fixedClock(Date.now())
  const secret = generateSecret()
  const application = openApplication(server.port === undefined ? address : over(wire, server.port, address), secret, {
    clock,
    patience: '2s',
  })
  const elsewhere = openApplication(address, secret, { clock, patience: '30s' })
  onTestFinished(async () => {
    await application.close()
    await elsewhere.close()
  })
  const { ask, login: signIn } = await serveAuth(application.auth, {
    listen: true,
    routes(app) {
      app.get('/view', protect({ permission: VIEW }), async ({ user }) => user.name)
      app.get('/open', anyone(), async ({ user }) => user.name)
    },
  })
  const warnings = countWarnings()
  const login = (username: string) => signIn(username, passwordOf(username))

  const cookies = {} as Record<Person, string>
  for (const username of PEOPLE) {
    await application.users.add({ username, password: passwordOf(username), roles: ['Viewer'] })
    cookies[username] = (await login(username)).cookie ?? expect.fail('no cookie')
  }
  async function end(at: typeof application, person: Person): Promise<number> {
    let ended = 0
    for await (const { id, userName } of at.auth.sessions.list()) {
      if (userName === person) ended += await at.auth.sessions.revoke({ session: id })
    }
    return ended
  }
  await end(application, 'bert')

  return {
    address,
    wire,
    clock,
    auth: application.auth,
    users: application.users,
    people: application.people,
    warnings,
    login,
    /** A page for which one has to be signed in, and what is sent along. */
    view: (person: Person, headers: Record<string, string> = {}) => ask('/view', { cookie: cookies[person], headers }),
    open: (person: Person) => ask('/open', { cookie: cookies[person] }),
    cookieHeader: (person: Person) => cookies[person],
    isConnected: () => application.auth.health().sessions.connected,
    logout: (person: Person) => ask('/auth/logout', { method: 'POST', cookie: cookies[person] }),
    /** Signs somebody out in another process, which is not affected. */
    revokeElsewhere: (person: Person) => end(elsewhere, person),
  }
}

function over(wire: FaultyProxy, port: number, { store, people, ...rest }: Address): Address {
  const through = (url: string) => url.replace(`:${port}`, `:${wire.port}`)
  return { ...rest, store: through(store), people: through(people) }
}

/** How often there was which. */
function countWarnings(): Record<string, number> {
  const counts: Record<string, number> = {}
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((_warning, options) => {
    const { code = 'none' } = options as NodeJS.EmitWarningOptions
    counts[code] = (counts[code] ?? 0) + 1
  })
  onTestFinished(() => spy.mockRestore())
  return counts
}
