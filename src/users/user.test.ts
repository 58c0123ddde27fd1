import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { definePermission } from '../policy/permission.ts'
import { defineRole } from '../policy/role.ts'
import { testUser } from '../testing/test-user.ts'
import { ANONYMOUS, splitUserId, userId } from './user.ts'

const VIEW = definePermission({ name: 'view', description: 'd' })
const EDIT = definePermission({ name: 'edit', description: 'd' })
const VIEWER = defineRole({ name: 'Viewer', description: 'd', permissions: [VIEW] })
const ADMIN = defineRole({ name: 'Administrator', description: 'd', permissions: [VIEW, EDIT] })

describe('a signed-in user', () => {
  const anna = testUser({
    source: 'local',
    id: '17',
    name: 'anna',
    description: 'Runs the shop',
    roles: [VIEWER],
    properties: { shop: 7 },
  })

  test('says who it is', () => {
    expect(anna).toMatchObject({
      id: 'local:17',
      source: 'local',
      name: 'anna',
      description: 'Runs the shop',
      isAnonymous: false,
      isAuthenticated: true,
      isSuperuser: false,
      properties: { shop: 7 },
      roles: [VIEWER],
    })
  })

  test('has its roles and their permissions, and no other ones', () => {
    for (const role of [VIEWER, 'Viewer']) expect(anna.hasRole(role)).toBe(true)
    for (const role of [ADMIN, 'Administrator', 'viewer', '']) expect(anna.hasRole(role)).toBe(false)
    for (const permission of [VIEW, 'view']) expect(anna.hasPermission(permission)).toBe(true)
    for (const permission of [EDIT, 'edit', '__proto__']) expect(anna.hasPermission(permission)).toBe(false)
  })

  test('says when the password was given, if somebody knows', () => {
    expect([anna.authenticatedAt, testUser({ authenticatedAt: 5 }).authenticatedAt]).toEqual([null, 5])
    expect(ANONYMOUS.authenticatedAt).toBeNull()
  })

  test('cannot be changed: nobody makes it a superuser', () => {
    for (const key of ['isSuperuser', 'isAnonymous', 'id', 'name', 'roles', 'authenticatedAt']) {
      expect(() => Object.assign(anna, { [key]: true }), key).toThrow(TypeError)
    }
  })

  test('is in JSON name, description, role names, isAnonymous and properties: exactly these', () => {
    expect(JSON.parse(JSON.stringify(anna))).toStrictEqual({
      name: 'anna',
      description: 'Runs the shop',
      roles: ['Viewer'],
      isAnonymous: false,
      properties: { shop: 7 },
    })
    expect(JSON.stringify({ user: anna })).not.toMatch(/local:17|permission|superuser/i)
  })
})

describe('a superuser', () => {
  const root = testUser({ name: 'root', superuser: true, roles: [VIEWER] })

  test('may everything, and was given what it was given', () => {
    expect(root.isSuperuser).toBe(true)
    expect(root.hasRole(ADMIN) && root.hasRole('whatever')).toBe(true)
    expect(root.hasPermission(EDIT) && root.hasPermission('whatever')).toBe(true)
    expect([...root.roleNames]).toEqual(['Viewer'])
    expect([...root.permissionNames]).toEqual(['view'])
  })

  test('looks in JSON like everybody else', () => {
    expect(Object.keys(root.toJSON())).toEqual(Object.keys(testUser().toJSON()))
    expect(root.toJSON().roles).toEqual(['Viewer'])
  })
})

describe('the anonymous user', () => {
  test('is nobody, and may nothing', () => {
    expect(ANONYMOUS).toMatchObject({
      id: null,
      source: null,
      isAnonymous: true,
      isAuthenticated: false,
      isSuperuser: false,
      roles: [],
    })
    expect(ANONYMOUS.hasRole(VIEWER)).toBe(false)
    expect(ANONYMOUS.hasPermission(VIEW)).toBe(false)
    expect(ANONYMOUS.hasRole('')).toBe(false)
  })

  test('is one value that nobody can spoil for the others', () => {
    expect(() => Object.assign(ANONYMOUS, { isSuperuser: true })).toThrow(TypeError)
    expect(() => Object.assign(ANONYMOUS.properties, { shop: 7 })).toThrow(TypeError)
    expect(() => (ANONYMOUS.roles as unknown[]).push(ADMIN)).toThrow(TypeError)
  })

  test('is not somebody who is called anonymous', () => {
    expect(testUser({ name: 'anonymous' }).isAnonymous).toBe(false)
  })

  test('can be shown', () => {
    expect(JSON.parse(JSON.stringify(ANONYMOUS))).toStrictEqual({
      name: 'anonymous',
      description: 'Anonymous user',
      roles: [],
      isAnonymous: true,
      properties: {},
    })
    expect(inspect(ANONYMOUS)).toContain('anonymous')
  })
})

test('an identity comes apart as it was put together, whatever the id', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z][a-z0-9_-]{0,31}$/), fc.string({ unit: 'grapheme' }), (source, accountId) => {
      expect(splitUserId(userId(source, accountId))).toEqual({ source, accountId })
    }),
  )
})
