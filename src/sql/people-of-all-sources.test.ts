import { afterEach, describe, expect, test } from 'vitest'
import { createAuth } from '../create-auth.ts'
import { UnknownRoleError } from '../errors.ts'
import type { LoginForm } from '../login/login-form.ts'
import { defineRole } from '../policy/role.ts'
import { generateSecret } from '../sealing/keyring.ts'
import { fixedClock } from '../testing/fixed-clock.ts'
import { testRequest } from '../testing/test-request.ts'
import { accepted, unknown } from '../users/outcome.ts'
import { defineUserSource } from '../users/user-source.ts'
import { openDatabase } from './open-database.ts'
import { sqlHomeSources } from './sql-home-sources.ts'
import { sqlRoleAssignments } from './sql-role-assignments.ts'
import { sqlSessions } from './sql-sessions.ts'

const EDITOR = defineRole({ name: 'Editor', description: 'Edits', permissions: [] })
const STAFF = defineRole({ name: 'Staff', description: 'Works here', permissions: [] })
const connection = { https: true, host: 'example.org' }
const request = testRequest({ clientAddress: '' })

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A directory that knows bob, and an application that has its own say about him. */
async function openAuth({ lookup = true } = {}) {
  const clock = fixedClock()
  const database = openDatabase('sqlite::memory:')
  const roleAssignments = sqlRoleAssignments(database, { clock })
  const homeSources = sqlHomeSources(database, { clock })
  const bob = () => accepted({ name: 'bob', roles: [STAFF] })
  const ldap = defineUserSource(
    'ldap',
    async ({ username }) => (username === 'bob' ? bob() : unknown()),
    lookup ? { lookup: async (id) => (id === 'bob' ? bob() : unknown()) } : {},
  )
  const auth = createAuth({
    roles: [EDITOR, STAFF],
    sources: [ldap],
    sessions: { store: sqlSessions(database, { clock }), secret: generateSecret() },
    roleAssignments,
    homeSources,
    clock,
  })
  await auth.ready()
  closing.push(
    () => auth.close(),
    () => database.close(),
  )
  const form: LoginForm = { username: 'bob', password: 'x', persistent: false, next: undefined, fields: {} }
  return {
    clock,
    homeSources,
    roleAssignments,
    signIn: () => auth.signIn(form, request, null),
    async cookie() {
      const result = await auth.signIn(form, request, null)
      if (result.outcome !== 'signed-in') throw new Error(result.outcome)
      return auth.setCookie(result, connection).split(';', 1)[0] ?? ''
    },
    who: async (cookieHeader: string) =>
      (await auth.authenticateRequest({ headers: { cookie: cookieHeader }, ...connection })).user,
  }
}

describe.each([[true], [false]])('role assignments (the source can look people up: %s)', (lookup) => {
  test('are roles beside those of the source, from the next login on', async () => {
    const { cookie, roleAssignments, who } = await openAuth({ lookup })
    await roleAssignments.setRoles('ldap:bob', [EDITOR])
    expect([...(await who(await cookie())).roleNames].sort()).toEqual(['Editor', 'Staff'])
  })

  test('change what a live session may do at once, and can be taken away again', async () => {
    const { cookie, roleAssignments, who } = await openAuth({ lookup })
    const session = await cookie()
    await roleAssignments.setRoles('ldap:bob', ['Editor'])
    expect([...(await who(session)).roleNames].sort()).toEqual(['Editor', 'Staff'])
    await roleAssignments.setRoles('ldap:bob', [])
    expect([...(await who(session)).roleNames]).toEqual(['Staff'])
    await roleAssignments.setRoles('ldap:bob', ['Editor'])
    expect(await roleAssignments.clear('ldap:bob')).toBe(true)
    expect([...(await who(session)).roleNames]).toEqual(['Staff'])
    expect(await roleAssignments.clear('ldap:bob')).toBe(false)
  })

  test('that disable somebody end the live session at once, and refuse the next login', async () => {
    const { cookie, roleAssignments, signIn, who } = await openAuth({ lookup })
    const session = await cookie()
    await roleAssignments.disable('ldap:bob')
    expect((await who(session)).isAnonymous).toBe(true)
    expect((await signIn()).outcome).toBe('refused')
    await roleAssignments.enable('ldap:bob')
    expect((await who(session)).isAnonymous).toBe(true)
    expect((await signIn()).outcome).toBe('signed-in')
  })
})

test('what is said of a person is kept together', async () => {
  const { clock, roleAssignments } = await openAuth()
  await roleAssignments.setNote('ldap:bob', 'on leave until May')
  await roleAssignments.setRoles('ldap:bob', [EDITOR, 'Editor', STAFF])
  await roleAssignments.disable('ldap:bob')
  const bob = { userId: 'ldap:bob', roles: ['Editor', 'Staff'], disabled: true, note: 'on leave until May' }
  expect(await roleAssignments.find('ldap:bob')).toEqual({ ...bob, changedAt: new Date(clock()) })
  expect(await roleAssignments.find('local:bob')).toBeUndefined()
})

test('a role that the code does not declare is refused, and so is what names nobody', async () => {
  const { roleAssignments } = await openAuth()
  await expect(roleAssignments.setRoles('ldap:bob', ['Boss'])).rejects.toThrow(UnknownRoleError)
  await expect(roleAssignments.setRoles('bob', ['Editor'])).rejects.toThrow('"ldap:bob"')
  expect((await roleAssignments.list()).assignments).toEqual([])
})

test('assignments are listed page by page', async () => {
  const { roleAssignments } = await openAuth()
  for (const name of ['carol', 'anna', 'bob']) await roleAssignments.setNote(`ldap:${name}`, name)
  const first = await roleAssignments.list({ limit: 2 })
  expect(first.assignments.map(({ note }) => note)).toEqual(['anna', 'bob'])
  const second = await roleAssignments.list({ limit: 2, after: first.next ?? '' })
  expect(second.assignments.map(({ note }) => note)).toEqual(['carol'])
  expect(second.next).toBeNull()
})

test('the home of a name is recorded by its first login, and can be replaced and forgotten', async () => {
  const { homeSources, signIn } = await openAuth()
  expect(await homeSources.find('bob')).toBeUndefined()
  await signIn()
  expect(await homeSources.find('bob')).toBe('ldap')
  await homeSources.record('bob', 'sap')
  expect(await homeSources.find('bob')).toBe('ldap')
  await homeSources.replace('bob', 'sap')
  expect(await homeSources.find('bob')).toBe('sap')
  expect(await homeSources.forget('bob')).toBe(true)
  expect(await homeSources.forget('bob')).toBe(false)
})

test('of many first logins at once, one records the home', async () => {
  const { homeSources } = await openAuth()
  const sources = Array.from({ length: 20 }, (_, number) => `source${number}`)
  await Promise.all(sources.map((source) => homeSources.record('bob', source)))
  expect(sources).toContain(await homeSources.find('bob'))
})
