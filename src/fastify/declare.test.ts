import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { definePermission } from '../policy/permission.ts'
import { defineRole } from '../policy/role.ts'
import { anyone, protect } from './declare.ts'

const VIEW = definePermission({ name: 'view', description: 'View' })
const VIEWER = defineRole({ name: 'Viewer', description: 'Views', permissions: [VIEW] })
const check = () => true

describe('a declaration', () => {
  test('is plain route options, which stand alone or spread beside others', () => {
    expect(protect({ roles: [VIEWER] })).toMatchObject({ protect: { roles: [VIEWER] } })
    expect({ ...protect({ permission: VIEW }), schema: {} }).toMatchObject({
      protect: { permission: VIEW },
      schema: {},
    })
    expect(protect({ check })).toMatchObject({ protect: { check } })
    expect(anyone()).toEqual({ protect: 'anyone' })
  })

  test('cannot be changed afterwards, by what it was made of or by itself', () => {
    const roles = [VIEWER]
    const { protect: requirement } = protect({ roles })
    roles.length = 0
    expect(requirement).toEqual({ roles: [VIEWER] })
    expect(Object.isFrozen(requirement)).toBe(true)
  })
})

// Callers in JavaScript have no compiler to tell them.
describe('a requirement of no kind, or of several, is an error that says so', () => {
  const careless = protect as (requirement?: unknown) => unknown
  test.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a text', 'Viewer', 'Viewer'],
    ['an empty object', {}, 'none'],
    ['an empty list', [], 'none'],
    ['two kinds', { roles: [VIEWER], permission: VIEW }, 'roles and permission'],
    ['three kinds', { roles: [VIEWER], permission: VIEW, check }, 'roles and permission and check'],
    ['a kind and a slip of the pen', { roles: [VIEWER], perm: VIEW }, 'roles and perm'],
    ['only a slip of the pen', { role: VIEWER }, 'role'],
    ['a kind that is undefined beside another', { roles: [VIEWER], permission: undefined }, 'roles and permission'],
  ])('%s', (_name, requirement, shown) => {
    expect(() => careless(requirement)).toThrow(ConfigurationError)
    expect(() => careless(requirement)).toThrow('exactly one of roles, permission and check')
    expect(() => careless(requirement)).toThrow(shown)
  })

  test.each([
    ['no roles', { roles: [] }],
    ['one role, not in a list', { roles: VIEWER }],
    ['the name of a role', { roles: ['Viewer'] }],
    ['a permission for a role', { roles: [VIEW] }],
    ['roles and a hole', { roles: [VIEWER, undefined] }],
    ['undefined roles', { roles: undefined }],
    ['the name of a permission', { permission: 'view' }],
    ['a list of permissions', { permission: [VIEW] }],
    ['an undefined permission', { permission: undefined }],
    ['a checker that is none', { check: true }],
    ['an undefined checker', { check: undefined }],
  ])('%s', (_name, requirement) => {
    expect(() => careless(requirement)).toThrow(ConfigurationError)
  })
})
