import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { definePermission, type Permission } from './permission.ts'
import { defineRole, type Role } from './role.ts'

const VIEW = definePermission({ name: 'view', description: 'View permission' })

/** What a caller without types may give instead of a text. */
const NO_TEXT = [undefined, null, '', '   ', 7, true, {}, ['view'], () => 'view']
const NO_NAME = ['a,b', ',', ' view', 'view ', 'a\nb', 'a\0b', 'a\u202eb', '\ud800', 'x'.repeat(101)]

describe.each([
  ['definePermission', (given: unknown) => definePermission(given as Permission)],
  ['defineRole', (given: unknown) => defineRole({ ...(given as Role), permissions: [] })],
])('%s', (caller, define) => {
  test.each(NO_TEXT)('refuses the name %j', (name) => {
    expect(() => define({ name, description: 'd' })).toThrow(ConfigurationError)
    expect(() => define({ name, description: 'd' })).toThrow(`${caller}() needs a name`)
  })

  test.each(NO_NAME)('refuses %j, which no command line could name', (name) => {
    expect(() => define({ name, description: 'd' })).toThrow(`${caller}() cannot use the name`)
  })

  test.each(NO_TEXT)('refuses the description %j, and says whose it is', (description) => {
    expect(() => define({ name: 'view', description })).toThrow(`${caller}() needs a description for "view"`)
  })

  test('keeps every other name as it is, and cannot be changed afterwards', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (name) => {
        fc.pre(name === name.trim() && name !== '' && !/[,\p{C}]/u.test(name))
        const defined = define({ name, description: 'd' })
        expect(defined.name).toBe(name)
        expect(defined).toSatisfy(Object.isFrozen)
        expect(() => Object.assign(defined, { name: 'other' })).toThrow(TypeError)
      }),
    )
  })

  test('takes nothing over but what belongs to it', () => {
    expect(define({ name: 'view', description: 'd', secret: 'x' })).not.toHaveProperty('secret')
  })
})

test('without anything at all, there is still a clear error', () => {
  for (const nothing of [undefined, null]) {
    expect(() => definePermission(nothing as never)).toThrow(ConfigurationError)
    expect(() => defineRole(nothing as never)).toThrow(ConfigurationError)
  }
})

describe('the permissions of a role', () => {
  test('may be none', () => {
    expect(defineRole({ name: 'Guest', description: 'd', permissions: [] }).permissions).toEqual([])
  })

  test('are a copy: what is pushed into the list afterwards gives nobody a right', () => {
    const permissions = [VIEW]
    const role = defineRole({ name: 'Viewer', description: 'd', permissions })
    permissions.push(definePermission({ name: 'edit', description: 'd' }))
    expect(role.permissions).toEqual([VIEW])
    expect(() => (role.permissions as Permission[]).push(VIEW)).toThrow(TypeError)
  })

  test.each([[undefined], [null], ['view'], [['view']], [[undefined]], [[{ name: 'view' }]], [{ 0: VIEW, length: 1 }]])(
    'are refused as %j',
    (permissions) => {
      expect(() => defineRole({ name: 'Viewer', description: 'd', permissions: permissions as never })).toThrow(
        'defineRole() needs the permissions of "Viewer"',
      )
    },
  )
})
