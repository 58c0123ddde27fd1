import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { definePermission } from './permission.ts'
import { readRequirement } from './requirement.ts'
import { defineRole } from './role.ts'

const VIEW = definePermission({ name: 'view', description: 'd' })
const ADMIN = defineRole({ name: 'Administrator', description: 'd', permissions: [VIEW] })
const check = () => true

const read = (input: unknown) => readRequirement(input as never)

test.each([{ roles: [ADMIN] }, { permission: VIEW }, { check }])('one of the three will do: %o', (input) => {
  const requirement = readRequirement(input)
  expect(requirement).toEqual(input)
  expect(requirement).not.toBe(input)
  expect(requirement).toSatisfy(Object.isFrozen)
})

test.each([
  { roles: [ADMIN], authenticatedWithin: '15m' },
  { permission: VIEW, authenticatedWithin: 900 },
  { check, authenticatedWithin: '500ms' },
  { authenticatedWithin: '1h' },
] as const)('a recent login may be asked for beside it, or alone: %o', (input) => {
  const requirement = readRequirement(input)
  expect(requirement).toEqual(input)
  expect(requirement).not.toBe(input)
  expect(requirement).toSatisfy(Object.isFrozen)
})

test('what is pushed into the list of roles afterwards lets nobody in', () => {
  const roles = [ADMIN]
  const requirement = readRequirement({ roles })
  roles.push(defineRole({ name: 'Guest', description: 'd', permissions: [] }))
  expect(requirement).toEqual({ roles: [ADMIN] })
  expect('roles' in requirement && requirement.roles).toSatisfy(Object.isFrozen)
})

describe('is refused, rather than taken for "anybody":', () => {
  test.each([
    ['none of the three', {}],
    ['two', { roles: [ADMIN], permission: VIEW }],
    ['two, one of them undefined', { roles: [ADMIN], permission: undefined }],
    ['all three', { roles: [ADMIN], permission: VIEW, check }],
    ['a misspelt key', { role: [ADMIN] }],
    ['one too many', { permission: VIEW, and: 'more' }],
    ['nothing', undefined],
    ['null', null],
    ['a text', 'view'],
    ['a list', [ADMIN]],
    ['a key that every object has', JSON.parse('{"__proto__": 1}')],
    ['no roles', { roles: [] }],
    ['undefined roles', { roles: undefined }],
    ['roles that are no list', { roles: ADMIN }],
    ['the name of a role', { roles: ['Administrator'] }],
    ['a role and a hole', { roles: [ADMIN, undefined] }],
    ['a permission among roles', { roles: [VIEW] }],
    ['the name of a permission', { permission: 'view' }],
    ['an undefined permission', { permission: undefined }],
    ['a list of permissions', { permission: [VIEW] }],
    ['a limit that nobody configured', { permission: VIEW, authenticatedWithin: undefined }],
    ['a limit of null', { authenticatedWithin: null }],
    ['no time at all', { permission: VIEW, authenticatedWithin: 0 }],
    ['time to come', { permission: VIEW, authenticatedWithin: -1 }],
    ['all the time there is', { permission: VIEW, authenticatedWithin: Number.POSITIVE_INFINITY }],
    ['no number', { permission: VIEW, authenticatedWithin: Number.NaN }],
    ['a limit without a unit', { permission: VIEW, authenticatedWithin: '15' }],
    ['two beside a limit', { roles: [ADMIN], permission: VIEW, authenticatedWithin: '15m' }],
    ['a misspelt key beside a limit', { permissions: VIEW, authenticatedWithin: '15m' }],
    ['the answer of a checker', { check: true }],
    ['an undefined checker', { check: undefined }],
  ])('%s', (_, input) => {
    expect(() => read(input)).toThrow(ConfigurationError)
  })
})

test('the error says what there is too much of', () => {
  expect(() => read({ roles: [ADMIN], check })).toThrow(
    'A requirement needs exactly one of roles, permission and check. This one has roles and check.',
  )
  expect(() => read({})).toThrow('This one has none.')
  expect(() => read({ role: ADMIN })).toThrow('This one has role.')
})
