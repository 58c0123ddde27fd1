import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { definePermission } from './permission.ts'
import { defineRole } from './role.ts'
import { createRoleRegistry, NO_ROLES } from './role-registry.ts'

const VIEW = definePermission({ name: 'view', description: 'd' })
const EDIT = definePermission({ name: 'edit', description: 'd' })
const PURGE = definePermission({ name: 'purge', description: 'd' })
const ADMIN = defineRole({ name: 'Administrator', description: 'd', permissions: [VIEW, EDIT] })
const VIEWER = defineRole({ name: 'Viewer', description: 'd', permissions: [VIEW] })

test('a book lists its roles and all permissions, each once', () => {
  const book = createRoleRegistry([ADMIN, VIEWER, ADMIN], [PURGE, VIEW])
  expect(book.roles).toEqual([ADMIN, VIEWER])
  expect(new Set(book.permissions)).toEqual(new Set([VIEW, EDIT, PURGE]))
  expect(book.permissions).toHaveLength(3)
  expect(book.hasRoleName('Viewer')).toBe(true)
  expect(book.hasRoleName('viewer')).toBe(false)
})

describe('a set of roles', () => {
  test('has the known ones in the order of declaration, whatever the order of names', () => {
    const { roleSet } = createRoleRegistry([ADMIN, VIEWER])
    const { roles, roleNames, permissionNames } = roleSet(['Viewer', 'Administrator', 'Viewer'])
    expect([roles, [...roleNames], [...permissionNames]]).toEqual([
      [ADMIN, VIEWER],
      ['Administrator', 'Viewer'],
      ['view', 'edit'],
    ])
  })

  test('drops what the code does not declare, and tells of it', () => {
    const unknown: string[] = []
    const { roleSet } = createRoleRegistry([VIEWER], [], (name) => unknown.push(name))
    expect(roleSet(['Root', 'Viewer', 'viewer']).roles).toEqual([VIEWER])
    expect(unknown).toEqual(['Root', 'viewer'])
  })

  test('is worked out once for the same names', () => {
    const { roleSet } = createRoleRegistry([ADMIN, VIEWER])
    expect(roleSet(['Viewer'])).toBe(roleSet(['Viewer']))
  })

  test('is never that of other names: one name that reads like two is not those two', () => {
    const { roleSet } = createRoleRegistry([ADMIN, VIEWER])
    for (const glue of [',', ', ', '\0', '","', '\n', ' ', '|']) {
      const both = ['Administrator', 'Viewer']
      expect(roleSet(both).roles).toEqual([ADMIN, VIEWER])
      expect(roleSet([both.join(glue)]).roles).toEqual([])
    }
  })

  test('holds exactly the named roles, whatever was asked before', () => {
    const { roleSet } = createRoleRegistry([ADMIN, VIEWER])
    const name = fc.oneof(
      fc.constantFrom('Administrator', 'Viewer', 'view', '__proto__', 'Administrator","Viewer'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(name, { maxLength: 5 }), (names) => {
        const set = roleSet(names)
        expect(set.roles).toEqual([ADMIN, VIEWER].filter((role) => names.includes(role.name)))
        expect(set.permissionNames.has('edit')).toBe(names.includes('Administrator'))
      }),
    )
  })

  test('is still right when more combinations have been asked for than are remembered', () => {
    const { roleSet } = createRoleRegistry([VIEWER])
    for (let index = 0; index < 10_050; index += 1) roleSet([`unknown ${index}`])
    expect(roleSet(['Viewer']).roles).toEqual([VIEWER])
    expect(roleSet(['unknown 1']).roles).toEqual([])
  })

  test('of nobody is empty', () => {
    expect([NO_ROLES.roles, [...NO_ROLES.roleNames], [...NO_ROLES.permissionNames]]).toEqual([[], [], []])
    expect(createRoleRegistry([ADMIN]).roleSet([])).toEqual(NO_ROLES)
  })
})

describe('is refused:', () => {
  test('two roles or permissions of one name, of which one would win in silence', () => {
    const impostor = defineRole({ name: 'Viewer', description: 'other', permissions: [EDIT] })
    expect(() => createRoleRegistry([VIEWER, impostor])).toThrow('Two roles are called "Viewer"')
    const double = definePermission({ name: 'view', description: 'd' })
    expect(() => createRoleRegistry([VIEWER], [double])).toThrow('Two permissions are called "view"')
  })

  test.each([[undefined], [null], [ADMIN], [['Administrator']], [[VIEW]]])('roles that are %j', (roles) => {
    expect(() => createRoleRegistry(roles as never)).toThrow(ConfigurationError)
  })

  test.each([[null], [VIEW], [['view']]])('permissions that are %j', (permissions) => {
    expect(() => createRoleRegistry([], permissions as never)).toThrow(ConfigurationError)
  })
})

describe('a requirement', () => {
  const book = createRoleRegistry([ADMIN], [PURGE])

  test('of known roles and permissions passes, and a checker always does', () => {
    for (const requirement of [
      { roles: [ADMIN] },
      { permission: EDIT },
      { permission: PURGE },
      { check: () => true },
    ]) {
      expect(() => book.assertKnown(requirement, 'GET /')).not.toThrow()
    }
  })

  test('of a role that nobody can have is an error that says where', () => {
    expect(() => book.assertKnown({ roles: [ADMIN, VIEWER] }, 'GET /admin')).toThrow(
      'GET /admin asks for the role "Viewer", which this Auth does not know',
    )
    const strange = definePermission({ name: 'strange', description: 'd' })
    expect(() => book.assertKnown({ permission: strange }, 'GET /admin')).toThrow(
      'GET /admin asks for the permission "strange"',
    )
  })

  test('of a role of the same name that is another one is an error too', () => {
    const namesake = defineRole({ name: 'Administrator', description: 'd', permissions: [] })
    expect(() => book.assertKnown({ roles: [namesake] }, 'GET /')).toThrow(ConfigurationError)
    const view = definePermission({ name: 'view', description: 'd' })
    expect(() => book.assertKnown({ permission: view }, 'GET /')).toThrow(ConfigurationError)
  })
})
