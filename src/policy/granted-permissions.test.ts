import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numberPermissions } from './granted-permissions.ts'
import { definePermission, type Permission } from './permission.ts'

const declare = (name: string) => definePermission({ name, description: 'd' })

/** Declared one after the other, so that the numbers of those that a book knows have others between them. */
const DECLARED = Array.from({ length: 40 }, (_, index) => declare(`p${index}`))
/** The same names once more: declared again, and as nobody declared them. */
const AGAIN = DECLARED.map(({ name }) => declare(name))
const PLAIN = DECLARED.map((permission) => ({ ...permission }))
const STRANGE = ['constructor', '__proto__', 'p0 ', ''].map((name) => ({ name, description: 'd' }))
const ALL: readonly Permission[] = [...DECLARED, ...AGAIN, ...PLAIN, ...STRANGE]

test('whoever holds a permission holds all of that name, and nothing else, wherever it was declared', () => {
  const some = fc.subarray(DECLARED)
  fc.assert(
    fc.property(some, some, (known, others) => {
      const held = others.filter((permission) => known.includes(permission))
      const permissions = numberPermissions(known).hold(held)
      const names = held.map(({ name }) => name)
      expect([...permissions.names]).toEqual(names)
      for (const permission of ALL) expect(permissions.has(permission)).toBe(names.includes(permission.name))
    }),
  )
})

test('what one person holds is not held by the next', () => {
  const numbers = numberPermissions(DECLARED)
  const all = numbers.hold(DECLARED)
  const none = numbers.hold([])
  expect(DECLARED.map((each) => all.has(each))).not.toContain(false)
  expect(DECLARED.map((each) => none.has(each))).not.toContain(true)
})

test('a book that knows plain objects knows them by name', () => {
  const permissions = numberPermissions(PLAIN).hold(PLAIN.slice(0, 20))
  for (const each of [DECLARED, AGAIN, PLAIN])
    expect(each.map((permission) => permissions.has(permission))).toEqual(PLAIN.map((_, index) => index < 20))
})

test('permissions that thousands of others were declared between are held all the same', () => {
  const first = declare('first')
  for (let index = 0; index < 2000; index += 1) declare('between')
  const last = declare('last')
  const between = declare('between')
  const permissions = numberPermissions([first, last, between]).hold([first, between])
  expect([first, last, between].map((each) => permissions.has(each))).toEqual([true, false, true])
})
