import type { FastifyRequest } from 'fastify'
import {
  ANONYMOUS,
  type Auth,
  type Authentication,
  createAuth,
  defineRole,
  defineUserSource,
  type ListedSession,
  type ManagedUsers,
  type OstiaryError,
  type Role,
  rejected,
  type Session,
  type User,
} from 'ostiary'
import { type CurrentSession, currentSession, type OstiaryOptions } from 'ostiary/fastify'
import { testRequest } from 'ostiary/testing'
import { describe, expectTypeOf, test } from 'vitest'

const VIEWER = defineRole({ name: 'Viewer', description: 'Views', permissions: [] })
declare const auth: Auth

describe('createAuth', () => {
  test('needs roles, and nothing else', () => {
    expectTypeOf(createAuth).returns.toEqualTypeOf<Auth>()
    expectTypeOf<{ roles: Role[] }>().toExtend<Parameters<typeof createAuth>[0]>()
    // @ts-expect-error Without roles nobody may do anything.
    createAuth({})
    // @ts-expect-error Roles are roles, not their names.
    createAuth({ roles: ['Viewer'] })
    // @ts-expect-error A length of time has a unit.
    createAuth({ roles: [], sessions: { lease: '90' } })
    // @ts-expect-error There is no such unit.
    createAuth({ roles: [], sessions: { lifetime: '1y' } })
    // @ts-expect-error What a limit leads to is one of two.
    createAuth({ roles: [], sessions: { perUser: { most: 5, beyond: 'ask' } } })
    // @ts-expect-error A cookie that goes everywhere is not on offer.
    createAuth({ roles: [], sessions: { cookie: { sameSite: 'none' } } })
    // @ts-expect-error Nor one that is not secure.
    createAuth({ roles: [], sessions: { cookie: { secure: 'never' } } })
  })

  test('gives what cannot be changed', () => {
    // @ts-expect-error Another source makes another Auth.
    auth.sources = []
    // @ts-expect-error The lists are not for adding to.
    auth.roles.push(VIEWER)
    expectTypeOf(auth.withSource).returns.toEqualTypeOf<Auth>()
    expectTypeOf(auth.users).toEqualTypeOf<ManagedUsers | undefined>()
  })
})

test('who somebody is is known at once, or soon', () => {
  expectTypeOf(auth.authenticateRequest).returns.toEqualTypeOf<Authentication | Promise<Authentication>>()
  expectTypeOf(auth.authenticateRequestAtOnce).returns.toEqualTypeOf<Authentication>()
  expectTypeOf(auth.sessionToEnd).returns.toEqualTypeOf<Session | null>()
})

test('events have the type that was listened to', () => {
  auth.on('denied', (event) => {
    expectTypeOf(event.type).toEqualTypeOf<'denied'>()
    expectTypeOf(event.explanation).toBeString()
    expectTypeOf(event.user).toEqualTypeOf<string | null>()
  })
  auth.on('login.failed', ({ outcome }) =>
    expectTypeOf(outcome).toEqualTypeOf<'refused' | 'unavailable' | 'too-many-sessions'>(),
  )
  auth.on('*', (event) => {
    if (event.type === 'logout') expectTypeOf(event.userName).toBeString()
    // @ts-expect-error Not every event is about a session.
    event.session
  })
  // @ts-expect-error Nothing of that name ever happens.
  auth.on('login', () => {})
})

test('a login ends in one of six ways, and only one of them has a user', async () => {
  const form = { username: '', password: '', persistent: false, next: undefined, fields: {} }
  const result = await auth.signIn(form, testRequest({ clientAddress: '' }), null)
  // @ts-expect-error Nobody knows yet whether there is one.
  result.user
  if (result.outcome === 'signed-in') expectTypeOf(result.user).toEqualTypeOf<User>()
  else
    expectTypeOf(result.outcome).toEqualTypeOf<
      'refused' | 'unavailable' | 'too-many-sessions' | 'throttled' | 'step-required'
    >()
})

test('sessions of a user are listed for the user, and ended by its id', async () => {
  expectTypeOf(auth.sessions.list).returns.toEqualTypeOf<AsyncIterable<ListedSession>>()
  for await (const session of auth.sessions.list({ user: ANONYMOUS, current: null }))
    expectTypeOf(session.device).toEqualTypeOf<string | null>()
  expectTypeOf(currentSession).returns.toEqualTypeOf<CurrentSession | null>()
  // @ts-expect-error There may be no session: nobody's id is nobody's business.
  currentSession({} as FastifyRequest).id
  // @ts-expect-error The anonymous user has no id, and an end for everybody is asked for by name.
  await auth.sessions.revoke({ user: ANONYMOUS.id })
  // @ts-expect-error All but one are all of somebody's.
  await auth.sessions.revoke({ except: 'one' })
})

test('a source answers with an account, an outcome or null', () => {
  defineUserSource('kiosk', async ({ username }) => (username === 'kiosk' ? { name: 'kiosk', roles: [VIEWER] } : null))
  defineUserSource('kiosk', async () => rejected())
  // @ts-expect-error An account has a name.
  defineUserSource('kiosk', async () => ({ roles: [VIEWER] }))
  // @ts-expect-error True is no account.
  defineUserSource('kiosk', async () => true)
  // @ts-expect-error Sources are asked asynchronously.
  defineUserSource('kiosk', () => ({ name: 'kiosk' }))
})

test('a user is for reading', () => {
  // @ts-expect-error Nobody becomes a superuser by assignment.
  ANONYMOUS.isSuperuser = true
  // @ts-expect-error Nor by another name.
  ANONYMOUS.name = 'root'
  // @ts-expect-error Nor gets roles.
  ANONYMOUS.roles.push(VIEWER)
  expectTypeOf(ANONYMOUS).toEqualTypeOf<User>()
})

test('errors are told apart by their codes', () => {
  const read = (error: OstiaryError) => {
    switch (error.code) {
      case 'OSTIARY_UNDECLARED_ROUTES':
        return expectTypeOf(error.routes).toEqualTypeOf<readonly string[]>()
      default:
        // @ts-expect-error Only that one has routes.
        return error.routes
    }
  }
  expectTypeOf(read).toBeFunction()
})

test('the plugin takes an Auth and what there is to choose', () => {
  expectTypeOf<{ auth: Auth }>().toExtend<OstiaryOptions>()
  expectTypeOf<OstiaryOptions['anonymous']>().toEqualTypeOf<'forbid' | 'challenge' | 'login' | undefined>()
  expectTypeOf<OstiaryOptions['undeclared']>().toEqualTypeOf<'refuse' | 'warn' | 'allow' | undefined>()
  // @ts-expect-error A prefix begins with a slash.
  const options: Partial<OstiaryOptions> = { prefix: 'auth' }
  expectTypeOf(options).not.toBeAny()
})
