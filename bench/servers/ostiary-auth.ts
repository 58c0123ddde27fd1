import {
  type Auth,
  accepted,
  createAuth,
  definePermission,
  defineRole,
  defineUserSource,
  generateSecret,
  type Permission,
  type SessionStore,
} from 'ostiary'
import { testRequest } from 'ostiary/testing'
import { cookieHeaderOf, person } from './guarded-app.ts'

export interface OstiaryAuth {
  readonly auth: Auth
  readonly view: Permission
  readonly secret: string
  /** Returns the `Cookie` headers of so many people. */
  signIn(people: number): Promise<string[]>
}

interface OstiaryAuthOptions {
  /** How many roles everybody has. Default: 1. */
  readonly roles?: number
  readonly store?: SessionStore
  readonly cache?: number
  readonly secret?: string
}

/**
 * Sessions in memory unless there is another store, with a lease that outlasts the measurement: what is measured is the
 * way of nearly every request.
 */
export function ostiaryAuth({
  roles = 1,
  secret = generateSecret(),
  ...sessions
}: OstiaryAuthOptions = {}): OstiaryAuth {
  const view = definePermission({ name: 'view', description: 'Views' })
  const viewer = defineRole({ name: 'Viewer', description: 'Views', permissions: [view] })
  const others = Array.from({ length: roles - 1 }, (_, index) =>
    defineRole({ name: `role-${index}`, description: 'One of many', permissions: [] }),
  )
  const more = others.map(({ name }) => name)
  const people = defineUserSource('people', async ({ username }) => {
    const { roles: own, ...rest } = person(Number(username))
    return accepted({ ...rest, roles: [...own, ...more] })
  })
  const auth = createAuth({
    roles: [viewer, ...others],
    sources: [people],
    throttle: false,
    sessions: { ...sessions, secret, idle: '6h', lease: '3h' },
  })
  return {
    auth,
    view,
    secret,
    async signIn(count) {
      const cookies: string[] = []
      for (let index = 0; index < count; index += 1) {
        const result = await auth.signIn({ ...FORM, username: String(index) }, REQUEST, null)
        if (result.outcome !== 'signed-in') throw new Error(`A login ended ${result.outcome}.`)
        cookies.push(cookieHeaderOf([auth.setCookie(result, CONNECTION)]))
      }
      return cookies
    },
  }
}

export const CONNECTION = { https: false, host: '127.0.0.1' }
export const REQUEST = testRequest({ clientAddress: '127.0.0.1' })
export const FORM = { password: 'any', persistent: false, next: undefined, fields: {} }
