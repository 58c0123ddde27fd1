import { describe, expect, test } from 'vitest'
import { definePermission } from '../policy/permission.ts'
import { defineRole } from '../policy/role.ts'
import { type AccountInput, createAccount } from './account.ts'

const create = (input: Record<string, unknown>) => createAccount({ name: 'anna', ...input } as AccountInput)
const VIEW = definePermission({ name: 'view', description: 'd' })
const VIEWER = defineRole({ name: 'Viewer', description: 'd', permissions: [VIEW] })

test('a name is enough: the rest is filled in', () => {
  expect(createAccount({ name: 'anna' })).toStrictEqual({
    id: 'anna',
    name: 'anna',
    description: '',
    roles: [],
    superuser: false,
    properties: {},
  })
})

test('roles and their names are both taken, as names', () => {
  expect(create({ roles: [VIEWER, 'Editor'] }).roles).toEqual(['Viewer', 'Editor'])
})

test('nothing else is taken over: no password hash comes along by accident', () => {
  expect(JSON.stringify(create({ password: 'hunter2', passwordHash: '$argon2id$' }))).not.toMatch(/hunter2|argon2/)
})

test('what the source changes afterwards does not change the account', () => {
  const roles = ['Viewer']
  const properties = { tags: ['a'] }
  const account = create({ roles, properties })
  roles.push('Administrator')
  properties.tags.push('b')
  expect(account).toMatchObject({ roles: ['Viewer'], properties: { tags: ['a'] } })
  for (const part of [account, account.roles, account.properties]) expect(part).toSatisfy(Object.isFrozen)
})

test('properties are what is left of them in JSON', () => {
  expect(create({ properties: { at: new Date(0), no: undefined, deep: { list: [1, null, 'x'] } } }).properties).toEqual(
    {
      at: '1970-01-01T00:00:00.000Z',
      deep: { list: [1, null, 'x'] },
    },
  )
  expect(create({ properties: Object.assign(Object.create(null), { shop: 7 }) }).properties).toEqual({ shop: 7 })
})

test('a property that is called like the prototype stays a property', () => {
  const { properties } = create({ properties: JSON.parse('{"__proto__": {"isAdmin": true}}') })
  expect((properties as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  expect(Object.getPrototypeOf(properties)).toBe(Object.prototype)
})

describe('no account can have', () => {
  const circle: Record<string, unknown> = {}
  circle.circle = circle
  test.each<[string, Record<string, unknown>]>([
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['a blank name', { name: ' \n' }],
    ['a number for a name', { name: 7 }],
    ['null for an id', { id: null }],
    ['an empty id, which would make one person of many', { id: '' }],
    ['a number for an id', { id: 7 }],
    ['a description that is no text', { description: null }],
    ['roles that are no list', { roles: 'Administrator' }],
    ['null for roles', { roles: null }],
    ['a role without a name', { roles: [{}] }],
    ['an empty role name', { roles: [''] }],
    ['a hole in its roles', { roles: [undefined] }],
    ["'true' for superuser", { superuser: 'true' }],
    ['1 for superuser', { superuser: 1 }],
    ['null for superuser', { superuser: null }],
    ['null for properties', { properties: null }],
    ['a list for properties', { properties: ['a'] }],
    ['a text for properties', { properties: 'a' }],
    ['a date for properties', { properties: new Date() }],
    ['a map for properties', { properties: new Map([['a', 1]]) }],
    ['properties that go round in a circle', { properties: circle }],
    ['a number that JSON has not', { properties: { big: 1n } }],
  ])('%s', (_, input) => {
    expect(() => create(input)).toThrow(TypeError)
  })
})
