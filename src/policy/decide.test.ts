import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decision, decide, type Subject } from './decide.ts'
import { explain } from './explain.ts'
import { definePermission } from './permission.ts'
import { type Checker, readRequirement } from './requirement.ts'
import { defineRole, type Role } from './role.ts'
import { createRoleRegistry } from './role-registry.ts'

const PERMISSIONS = ['view', 'edit', 'delete'].map((name) => definePermission({ name, description: 'd' }))
const [VIEW, EDIT] = PERMISSIONS as [(typeof PERMISSIONS)[0], (typeof PERMISSIONS)[0]]
const EDITOR = defineRole({ name: 'Editor', description: 'd', permissions: [VIEW, EDIT] })
const VIEWER = defineRole({ name: 'Viewer', description: 'd', permissions: [VIEW] })
const GUEST = defineRole({ name: 'Guest', description: 'd', permissions: [] })
const ROLES = [EDITOR, VIEWER, GUEST]
const book = createRoleRegistry(ROLES, PERMISSIONS)

function subject(roles: readonly Role[], isSuperuser = false, isAnonymous = false): Subject {
  const { roleNames, permissionNames } = book.roleSet(roles.map(({ name }) => name))
  return { isAnonymous, isSuperuser, roleNames, permissionNames }
}

const someRoles = fc.subarray(ROLES)

describe('roles', () => {
  test('one of several is enough, and none is not, for all people and requirements', () => {
    fc.assert(
      fc.property(someRoles, fc.subarray(ROLES, { minLength: 1 }), (has, asked) => {
        const decision = decide(subject(has), readRequirement({ roles: asked }) as { roles: Role[] })
        expect(decision.allowed).toBe(asked.some((role) => has.includes(role)))
      }),
    )
  })

  test('the reason names the role that was enough, or all that would have been', () => {
    expect(decide(subject([VIEWER]), { roles: [EDITOR, VIEWER] }).reason).toEqual({ code: 'has-role', role: 'Viewer' })
    expect(decide(subject([GUEST]), { roles: [EDITOR, VIEWER] }).reason).toEqual({
      code: 'missing-role',
      roles: ['Editor', 'Viewer'],
    })
  })

  test('no roles at all, past every check, let nobody in', () => {
    expect(decide(subject(ROLES), { roles: [] }).allowed).toBe(false)
  })
})

describe('permissions', () => {
  test('come with roles and in no other way, for all people and permissions', () => {
    fc.assert(
      fc.property(someRoles, fc.constantFrom(...PERMISSIONS), (has, permission) => {
        const { allowed } = decide(subject(has), { permission })
        expect(allowed).toBe(has.some((role) => role.permissions.includes(permission)))
      }),
    )
  })

  test('the reason names the permission', () => {
    expect(decide(subject([EDITOR]), { permission: EDIT }).reason).toEqual({
      code: 'has-permission',
      permission: 'edit',
    })
    expect(decide(subject([]), { permission: EDIT }).reason).toEqual({ code: 'missing-permission', permission: 'edit' })
  })
})

describe('a superuser', () => {
  test('has every role and permission, with none of them', () => {
    fc.assert(
      fc.property(
        someRoles,
        fc.subarray(ROLES, { minLength: 1 }),
        fc.constantFrom(...PERMISSIONS),
        (has, roles, permission) => {
          for (const decision of [decide(subject(has, true), { roles }), decide(subject(has, true), { permission })]) {
            expect(decision).toEqual({ allowed: true, reason: { code: 'superuser' } })
          }
        },
      ),
    )
  })

  test('is asked by a checker like everybody else', async () => {
    expect(await decide(subject([], true), { check: () => false }, null)).toMatchObject({ allowed: false })
  })
})

describe('a checker', () => {
  const ask = (check: (subject: Subject, request: unknown) => unknown, request: unknown = null) =>
    decide(subject([]), { check: check as Checker<Subject, unknown> }, request)

  test('is given the person and the request', async () => {
    const request = { path: '/documents/7' }
    const person = subject([VIEWER])
    const seen: unknown[] = []
    await decide(person, { check: (...given) => seen.push(...given) > 0 }, request)
    expect(seen).toEqual([person, request])
    expect(seen[0]).toBe(person)
    expect(seen[1]).toBe(request)
  })

  test.each([
    ['true', () => true],
    ['a promise of true', async () => true],
    // biome-ignore lint/suspicious/noThenProperty: what a library may return instead of a promise
    ['a thenable of true', () => ({ then: (resolve: (value: boolean) => void) => resolve(true) })],
  ])('lets in by returning %s', async (_, check) => {
    expect(await ask(check)).toEqual({ allowed: true, reason: { code: 'check-passed' } })
  })

  test.each([
    ['false', false],
    ['1', 1],
    ["'true'", 'true'],
    ['an object', {}],
    ['a list of true', [true]],
    ['a Boolean object', Object(true)],
    ['a function that would return true', () => true],
    ['undefined', undefined],
    ['null', null],
    ['NaN', Number.NaN],
    ['a symbol', Symbol('true')],
  ])('that returns %s, or a promise of it, denies', async (_, value) => {
    const refused: Decision = { allowed: false, reason: { code: 'check-refused' } }
    expect(await ask(() => value)).toEqual(refused)
    expect(await ask(async () => value)).toEqual(refused)
  })

  test('that returns anything but true denies, for all values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        expect((await ask(() => value)).allowed).toBe(value === true)
      }),
    )
  })

  const cause = new Error('the database is gone')
  test.each([
    [
      'throws',
      () => {
        throw cause
      },
    ],
    ['rejects', () => Promise.reject(cause)],
    [
      'returns a thenable that throws',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: what a library may return instead of a promise
        then() {
          throw cause
        },
      }),
    ],
    [
      'returns a thenable that cannot be looked at',
      () =>
        Object.defineProperty({}, 'then', {
          get() {
            throw cause
          },
        }),
    ],
  ])('that %s denies, and the reason has the cause', async (_, check) => {
    const decision = await ask(check)
    expect(decision).toEqual({ allowed: false, reason: { code: 'check-failed', cause } })
    expect(explain(decision)).toBe('denied: the checker failed: the database is gone')
  })

  test.each([[undefined], ['text'], [Object.create(null)], [Symbol('cause')], [{ toString: null }]])(
    'that throws something strange denies, and can be explained: %o',
    async (strange) => {
      const decision = await ask(() => {
        throw strange
      })
      expect(decision.allowed).toBe(false)
      expect(explain(decision)).toMatch(/^denied: the checker failed: /)
    },
  )
})

describe('a recent login', () => {
  const NOW = Date.UTC(2030, 0, 1)
  const since = (authenticatedAt: unknown, isSuperuser = false, isAnonymous = false) => ({
    ...subject([VIEWER], isSuperuser, isAnonymous),
    authenticatedAt: authenticatedAt as number,
  })
  const within = '15m' as const
  const tooLongAgo: Decision = { allowed: false, reason: { code: 'signed-in-too-long-ago', within } }
  const requirements = [
    { roles: [VIEWER], authenticatedWithin: within },
    { permission: VIEW, authenticatedWithin: within },
    { check: () => true, authenticatedWithin: within },
    { check: async () => true, authenticatedWithin: within },
    { authenticatedWithin: within },
  ]

  test.each([
    ['now', 0, true],
    ['a moment ago', -1, true],
    ['just in time', -899_999, true],
    ['at the limit', -900_000, false],
    ['long ago', -900_001, false],
    ['in 1970', -NOW, false],
    ['on a clock that is a minute ahead', 60_000, true],
    ['on one that is more ahead', 60_001, false],
    ['in the far future', 1e12, false],
  ])('%s: %d ms', async (_, milliseconds, allowed) => {
    for (const requirement of requirements) {
      for (const isSuperuser of [false, true]) {
        const decision = await decide(since(NOW + milliseconds, isSuperuser), requirement, null, NOW)
        expect(decision.allowed).toBe(allowed)
        if (!allowed) expect(decision).toEqual(tooLongAgo)
      }
    }
  })

  test.each([undefined, null, Number.NaN, String(NOW), true, new Date(NOW)])(
    'that is told of as %o is none',
    async (when) => {
      for (const requirement of requirements) {
        expect(await decide(since(when), requirement, null, NOW)).toEqual(tooLongAgo)
        expect(await decide(subject([VIEWER]), requirement, null, NOW)).toEqual(tooLongAgo)
      }
    },
  )

  test.each([undefined, Number.NaN, null, String(NOW)])('is none when the time is %o', async (now) => {
    for (const requirement of requirements)
      expect(await decide(since(NOW - 1e6), requirement, null, now as number)).toEqual(tooLongAgo)
  })

  test('is none of an anonymous user, whatever else is said', async () => {
    for (const requirement of requirements)
      expect((await decide(since(NOW, false, true), requirement, null, NOW)).allowed).toBe(false)
  })

  test('is looked at last: whoever would be refused anyway is refused for that', async () => {
    const recency = { authenticatedWithin: within }
    for (const when of [NOW, 0]) {
      const person = since(when)
      const code = async (requirement: Parameters<typeof decide>[1]) =>
        (await decide(person, requirement as never, null, NOW)).reason.code
      expect(await code({ roles: [EDITOR], ...recency })).toBe('missing-role')
      expect(await code({ permission: EDIT, ...recency })).toBe('missing-permission')
      expect(await code({ check: () => false, ...recency })).toBe('check-refused')
      expect(await code({ check: () => Promise.reject(new Error('x')), ...recency })).toBe('check-failed')
    }
  })

  test('leaves the reason of whoever is let in as it was; alone, it is the reason', async () => {
    const codes = requirements.map(async (each) => (await decide(since(NOW), each, null, NOW)).reason.code)
    expect(await Promise.all(codes)).toEqual([
      'has-role',
      'has-permission',
      'check-passed',
      'check-passed',
      'signed-in-recently',
    ])
  })

  test.each([{}, { authenticatedWithin: undefined }, { authenticatedWithin: 'soon' }, { authenticatedWithin: null }])(
    'a requirement that is none, past every check, lets nobody in: %o',
    (requirement) => {
      expect(decide(since(NOW, true), requirement as never, null, NOW)).toMatchObject({ allowed: false })
      const beside = { permission: VIEW, ...requirement } as never
      if (Object.values(requirement).some((value) => value !== undefined))
        expect(decide(since(NOW, true), beside, null, NOW)).toMatchObject({ allowed: false })
    },
  )
})

test('no decision can be turned into another one', () => {
  const decision = decide(subject([], true), { permission: VIEW })
  expect(() => Object.assign(decision, { allowed: false })).toThrow(TypeError)
  expect(() => Object.assign(decision.reason, { code: 'has-role' })).toThrow(TypeError)
})

describe('the explanation', () => {
  test.each<[Decision['reason'], string]>([
    [{ code: 'superuser' }, 'allowed: a superuser has every role and permission'],
    [{ code: 'has-role', role: 'Editor' }, 'allowed: has the role "Editor"'],
    [{ code: 'has-permission', permission: 'edit' }, 'allowed: has the permission "edit"'],
    [{ code: 'check-passed' }, 'allowed: the checker returned true'],
    [{ code: 'signed-in-recently', within: '15m' }, 'allowed: has signed in within 15m'],
    [{ code: 'signed-in-too-long-ago', within: '15m' }, 'denied: has not signed in within 15m'],
    [{ code: 'signed-in-too-long-ago', within: 90 }, 'denied: has not signed in within 90s'],
    [{ code: 'missing-role', roles: ['Editor', 'Viewer'] }, 'denied: has none of the roles "Editor", "Viewer"'],
    [{ code: 'missing-permission', permission: 'edit' }, 'denied: does not have the permission "edit"'],
    [{ code: 'check-refused' }, 'denied: the checker did not return true'],
    [{ code: 'check-failed', cause: new TypeError('no owner') }, 'denied: the checker failed: no owner'],
    [{ code: 'check-failed', cause: 'no owner' }, 'denied: the checker failed: no owner'],
  ])('of %o is a sentence', (reason, sentence) => {
    expect(explain({ allowed: sentence.startsWith('allowed'), reason } as Decision)).toBe(sentence)
  })
})
