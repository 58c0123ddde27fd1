import Fastify, { type FastifyRequest } from 'fastify'
import { ANONYMOUS, type Decision, type Duration, decide, definePermission, defineRole, type User } from 'ostiary'
import { anyone, type DeclaredRoute, getUser, protect } from 'ostiary/fastify'
import { describe, expectTypeOf, test } from 'vitest'

const VIEW = definePermission({ name: 'view', description: 'View' })
const VIEWER = defineRole({ name: 'Viewer', description: 'Views', permissions: [VIEW] })

describe('a requirement', () => {
  test('has exactly one of three keys', () => {
    expectTypeOf(protect({ roles: [VIEWER] })).toEqualTypeOf<DeclaredRoute>()
    expectTypeOf(protect({ permission: VIEW })).toEqualTypeOf<DeclaredRoute>()
    expectTypeOf(protect({ check: () => true })).toEqualTypeOf<DeclaredRoute>()
    expectTypeOf(protect({ check: async () => true })).toEqualTypeOf<DeclaredRoute>()
    expectTypeOf(anyone()).toEqualTypeOf<DeclaredRoute>()
  })

  test('has not none of them', () => {
    // @ts-expect-error A requirement needs exactly one of roles, permission and check.
    protect({})
    // @ts-expect-error There is no such thing as a requirement of nothing.
    protect()
    // @ts-expect-error Undefined is no requirement.
    protect(undefined)
    // @ts-expect-error Nor is null.
    protect(null)
    // @ts-expect-error Nor is the name of a role.
    protect('Viewer')
  })

  test('has not several of them', () => {
    // @ts-expect-error A requirement needs exactly one of roles, permission and check.
    protect({ roles: [VIEWER], permission: VIEW })
    // @ts-expect-error A requirement needs exactly one of roles, permission and check.
    protect({ roles: [VIEWER], check: () => true })
    // @ts-expect-error A requirement needs exactly one of roles, permission and check.
    protect({ permission: VIEW, check: () => true })
    // @ts-expect-error A requirement needs exactly one of roles, permission and check.
    protect({ roles: [VIEWER], permission: VIEW, check: () => true })
  })

  test('may ask for a recent login beside one of them, or alone', () => {
    expectTypeOf(protect({ roles: [VIEWER], authenticatedWithin: '15m' })).toEqualTypeOf<DeclaredRoute>()
    expectTypeOf(protect({ permission: VIEW, authenticatedWithin: 900 })).toEqualTypeOf<DeclaredRoute>()
    expectTypeOf(protect({ check: () => true, authenticatedWithin: '1.5h' })).toEqualTypeOf<DeclaredRoute>()
    expectTypeOf(protect({ authenticatedWithin: '15m' })).toEqualTypeOf<DeclaredRoute>()
    // @ts-expect-error A requirement needs exactly one of roles, permission and check.
    protect({ roles: [VIEWER], permission: VIEW, authenticatedWithin: '15m' })
    // @ts-expect-error A length of time has a unit.
    protect({ permission: VIEW, authenticatedWithin: '15' })
    // @ts-expect-error A limit that may be missing is no limit.
    protect({ permission: VIEW, authenticatedWithin: undefined })
    // @ts-expect-error It has another name.
    protect({ permission: VIEW, maxAge: '15m' })
  })

  test('has no other keys', () => {
    // @ts-expect-error It is `roles`, a list.
    protect({ role: VIEWER })
    // @ts-expect-error It is `permission`, and there is one.
    protect({ permissions: [VIEW] })
    // @ts-expect-error A second key, though it be none of the three, is a slip of the pen.
    protect({ roles: [VIEWER], perm: VIEW })
  })

  test('has values of the right kind', () => {
    // @ts-expect-error Roles are a list.
    protect({ roles: VIEWER })
    // @ts-expect-error Roles are roles, not their names.
    protect({ roles: ['Viewer'] })
    // @ts-expect-error A role has permissions, a permission has none.
    protect({ roles: [VIEW] })
    // @ts-expect-error A permission is one, not its name.
    protect({ permission: 'view' })
    // @ts-expect-error A checker is a function.
    protect({ check: true })
    // @ts-expect-error A checker says true or false.
    protect({ check: () => 'yes' })
    // @ts-expect-error A checker says something.
    protect({ check: () => {} })
    // @ts-expect-error A checker that promises something promises true or false.
    protect({ check: async () => 1 })
  })
})

test('a checker knows the types of what it is given', () => {
  protect({
    check(user, request) {
      expectTypeOf(user).toEqualTypeOf<User>()
      expectTypeOf(request).toEqualTypeOf<FastifyRequest>()
      expectTypeOf(request.user).toEqualTypeOf<User>()
      return user.hasRole(VIEWER)
    },
  })
  protect({ check: (user) => user.name === 'anna' })
})

test('a checker that is told the types of its route knows query, params and body', () => {
  type Mine = { Querystring: { owner: string }; Params: { id: number }; Body: { title: string } }
  const mine = protect<Mine>({
    check(user, request) {
      expectTypeOf(user).toEqualTypeOf<User>()
      expectTypeOf(request.query).toEqualTypeOf<{ owner: string }>()
      expectTypeOf(request.params.id).toBeNumber()
      expectTypeOf(request.body.title).toBeString()
      return request.query.owner === user.name
    },
  })
  expectTypeOf(mine).toEqualTypeOf<DeclaredRoute>()
  protect<Mine>({ check: async (_user, { query }) => query.owner === '', authenticatedWithin: '15m' })
  Fastify().post<Mine>('/mine/:id', { ...mine, schema: {} }, async ({ query }) => query.owner)
  // @ts-expect-error The route has no such parameter.
  protect<Mine>({ check: (_user, { params }) => params.other === 1 })
  // @ts-expect-error A checker says true or false.
  protect<Mine>({ check: () => 'yes' })
  // @ts-expect-error The types of a route are for a checker.
  protect<Mine>({ roles: [VIEWER] })
})

test('the user of a request is known by a function as well, whatever it is called', () => {
  Fastify().get('/', anyone(), async (request) => {
    expectTypeOf(getUser(request)).toEqualTypeOf<User>()
    // @ts-expect-error The name is the default one here.
    return request.visitor
  })
})

test('a decision on a recent login needs the time, and is a promise only with a checker', () => {
  const recent = { permission: VIEW, authenticatedWithin: '15m' } as const
  expectTypeOf(decide(ANONYMOUS, recent, undefined, Date.now())).toEqualTypeOf<Decision>()
  expectTypeOf(decide(ANONYMOUS, { permission: VIEW })).toEqualTypeOf<Decision>()
  expectTypeOf(decide(ANONYMOUS, { check: () => true }, null)).toEqualTypeOf<Promise<Decision>>()
  const checked = { check: () => true, authenticatedWithin: '15m' } as const
  expectTypeOf(decide(ANONYMOUS, checked, null, Date.now())).toEqualTypeOf<Promise<Decision>>()
  // @ts-expect-error What time is it?
  decide(ANONYMOUS, recent)
  // @ts-expect-error What time is it?
  decide(ANONYMOUS, { authenticatedWithin: '15m' })
  // @ts-expect-error What time is it?
  void decide(ANONYMOUS, checked, null)
  expectTypeOf(ANONYMOUS.authenticatedAt).toEqualTypeOf<number | null>()
})

test('handlers know the user, behind every kind of declaration', () => {
  const app = Fastify()
  app.get('/', anyone(), async ({ user }) => {
    expectTypeOf(user).toEqualTypeOf<User>()
    return user.name
  })
  app.get('/view', protect({ permission: VIEW }), async ({ user }, reply) => {
    expectTypeOf(user).toEqualTypeOf<User>()
    return reply.send(user)
  })
  app.post<{ Body: { title: string } }>('/items', { ...protect({ roles: [VIEWER] }), schema: {} }, async (request) => {
    expectTypeOf(request.user).toEqualTypeOf<User>()
    expectTypeOf(request.body.title).toBeString()
    // @ts-expect-error The user is not for handlers to replace.
    request.user = ANONYMOUS
  })
  app.route({
    method: 'GET',
    url: '/route',
    ...anyone(),
    handler: async ({ user }) => {
      expectTypeOf(user).toEqualTypeOf<User>()
    },
  })
  app.addHook('preHandler', async ({ user }) => {
    expectTypeOf(user).toEqualTypeOf<User>()
  })
})

test("the declaration of a route is no text of one's own", () => {
  const app = Fastify()
  // @ts-expect-error Written with protect() or anyone().
  app.get('/', { protect: 'everybody' }, async () => 'ok')
  // @ts-expect-error Not a flag either.
  app.get('/', { protect: true }, async () => 'ok')
})

test('an application knows its doorkeeper', () => {
  const app = Fastify()
  expectTypeOf(app.auth.users).not.toBeAny()
  expectTypeOf(app.everyRoute).parameter(0).toEqualTypeOf<DeclaredRoute>()
  expectTypeOf(app.routeMap()[0]?.guard).toEqualTypeOf<
    'anyone' | 'undeclared' | 'roles' | 'permission' | 'check' | 'authenticatedWithin' | 'authenticatedWith' | undefined
  >()
  expectTypeOf(app.routeMap()[0]?.authenticatedWithin).toEqualTypeOf<Duration | undefined>()
})
