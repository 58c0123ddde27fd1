import { expect, test } from 'vitest'
import { definePermission } from '../policy/permission.ts'
import { defineRole } from '../policy/role.ts'
import { User } from '../users/user.ts'
import { fixedClock } from './fixed-clock.ts'
import { testUser } from './test-user.ts'

const EDIT = definePermission({ name: 'edit', description: 'd' })
const EDITOR = defineRole({ name: 'Editor', description: 'd', permissions: [EDIT] })

test('a test user is signed in, and nobody in particular', () => {
  const user = testUser()
  expect(user).toBeInstanceOf(User)
  expect(user).toMatchObject({
    id: 'test:tester',
    name: 'tester',
    isAuthenticated: true,
    isSuperuser: false,
    roles: [],
  })
})

test('a test user is who it is said to be', () => {
  const user = testUser({ source: 'ldap', id: '7', name: 'anna', roles: [EDITOR], properties: { shop: 7 } })
  expect(user).toMatchObject({ id: 'ldap:7', source: 'ldap', name: 'anna', properties: { shop: 7 } })
  expect(user.hasRole(EDITOR) && user.hasPermission(EDIT)).toBe(true)
  expect(testUser({ superuser: true }).hasPermission(EDIT)).toBe(true)
})

test('a fixed clock stands still until it is moved', () => {
  const clock = fixedClock(1000)
  expect([clock(), clock()]).toEqual([1000, 1000])
  clock.advance('15m')
  clock.advance(1.5)
  expect(clock()).toBe(1000 + 900_000 + 1500)
  expect(fixedClock(new Date(5))()).toBe(5)
  expect(() => clock.advance(-1)).toThrow(/positive length of time/)
})
