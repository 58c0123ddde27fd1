import type { KyselyPlugin } from 'kysely'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  type AuthError,
  InvalidUsernameError,
  PasswordRefusedError,
  UnknownRoleError,
  UserExistsError,
  UserNotFoundError,
} from '../errors.ts'
import { definePermission } from '../policy/permission.ts'
import { defineRole } from '../policy/role.ts'
import { fixedClock } from '../testing/fixed-clock.ts'
import type { AccountChange, House, NewUser } from '../users/managed-users.ts'
import { type LocalUsersOptions, localUsers } from './local-users.ts'
import { openDatabase } from './open-database.ts'

const VIEW = definePermission({ name: 'view', description: 'View' })
const EDITOR = defineRole({ name: 'Editor', description: 'Edits', permissions: [VIEW] })
const QUICK = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } } as const

function users(options: LocalUsersOptions = {}) {
  const database = openDatabase('sqlite::memory:')
  onTestFinished(() => database.close())
  return localUsers(database, { passwords: QUICK, passwordPolicy: 'none', ...options })
}

/** Stands where `createAuth` stands: it is told of every change. */
function house(roleNames: House['roleNames'] = ['Administrator', 'Editor']) {
  const changes: AccountChange[] = []
  return { roleNames, changes, accountChanged: async (change: AccountChange) => void changes.push(change) }
}

const ANNA: NewUser = { username: 'Anna', password: 'correct horse' }

test('a user is added with everything that was said, and shows no password', async () => {
  const clock = fixedClock()
  const local = users({ clock })
  const added = await local.add({
    username: ' Anna ',
    password: 'correct horse',
    description: 'Runs the shop',
    roles: [EDITOR, 'Administrator', 'Editor'],
    superuser: true,
    properties: { shop: 7, tags: ['a', { b: null }] },
  })
  expect(added).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    username: 'Anna',
    description: 'Runs the shop',
    roles: expect.arrayContaining(['Administrator', 'Editor']),
    superuser: true,
    disabled: false,
    hasPassword: true,
    properties: { shop: 7, tags: ['a', { b: null }] },
    createdAt: new Date(clock()),
  })
  expect(added.roles).toHaveLength(2)
  expect(await local.get('anna')).toEqual({ ...added, roles: added.roles.toSorted() })
  expect(JSON.stringify(await local.get('anna'))).not.toMatch(/argon2|correct horse/)
})

test('a user needs no more than a name, and is then nobody who can sign in', async () => {
  const local = users()
  expect(await local.add({ username: 'anna' })).toMatchObject({
    description: '',
    roles: [],
    superuser: false,
    hasPassword: false,
    properties: {},
  })
  for (const password of ['', 'null', 'undefined']) expect(await local.verifyPassword('anna', password)).toBe(false)
})

test('every spelling of a name is the same user', async () => {
  const local = users()
  await local.add({ username: 'Jörg', password: 'correct horse' })
  for (const spelling of ['jörg', 'JÖRG', ' Jörg ', 'Jo\u0308rg', 'ＪÖＲＧ']) {
    expect(await local.get(spelling), spelling).toMatchObject({ username: 'Jörg' })
    expect(await local.verifyPassword(spelling, 'correct horse')).toBe(true)
    await expect(local.add({ username: spelling }), spelling).rejects.toThrow(UserExistsError)
  }
  for (const other of ['jorg', 'jörg.', 'j%', 'j_rg']) expect(await local.get(other), other).toBeUndefined()
})

test('a name that nobody can have is refused', async () => {
  const local = users()
  for (const username of ['', ' ', 'a\0b', 'a\nb', '\u202eanna', '\ud800', 'x'.repeat(201)]) {
    await expect(local.add({ username, password: 'correct horse' })).rejects.toThrow(InvalidUsernameError)
  }
  expect(await local.list()).toEqual({ users: [], next: null })
})

test('adding somebody twice is an error, and changes nothing', async () => {
  const local = users()
  const first = await local.add(ANNA)
  await expect(local.add({ username: 'ANNA', password: 'another one' })).rejects.toThrow(
    'There is a user "ANNA" already.',
  )
  expect(await local.get('anna')).toEqual(first)
  expect(await local.verifyPassword('anna', 'correct horse')).toBe(true)
})

test('of many who add the same name at once, exactly one succeeds', async () => {
  const local = users()
  const settled = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      local.add({ username: index % 2 ? 'anna' : 'ANNA', password: `password ${index}`, roles: ['Editor'] }),
    ),
  )
  const succeeded = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const reasons = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
  expect(succeeded).toHaveLength(1)
  expect(reasons).toSatisfy((all: unknown[]) => all.every((reason) => reason instanceof UserExistsError))
  expect((await local.list()).users).toEqual(succeeded)
})

test('whoever is deleted is gone, and added again is somebody else', async () => {
  const local = users()
  const first = await local.add({ ...ANNA, roles: ['Editor'] })
  await local.delete('ANNA')
  expect(await local.get('anna')).toBeUndefined()
  const second = await local.add({ username: 'anna' })
  expect(second.id).not.toBe(first.id)
  expect(second).toMatchObject({ roles: [], hasPassword: false })
  expect(await local.lookup?.(first.id, AbortSignal.timeout(5000))).toEqual({ outcome: 'unknown' })
})

test('what concerns a user who is not there says so, with the name', async () => {
  const local = users()
  const failed = (action: Promise<unknown>) =>
    action.then(
      () => expect.fail('it succeeded'),
      (error: AuthError) => error,
    )
  for (const error of [
    await failed(local.delete('nobody')),
    await failed(local.setPassword('nobody', 'correct horse')),
    await failed(local.verifyPassword('nobody', 'correct horse')),
    await failed(local.setRoles('nobody', [])),
    await failed(local.setSuperuser('nobody', true)),
    await failed(local.disable('nobody')),
    await failed(local.enable('nobody')),
  ]) {
    expect(error).toBeInstanceOf(UserNotFoundError)
    expect(error.message).toBe('There is no user "nobody".')
  }
})

test('a new password replaces the old one, and no other user has it', async () => {
  const local = users()
  await local.add(ANNA)
  await local.add({ username: 'bert', password: 'correct horse' })
  await local.setPassword('anna', 'battery staple')
  expect(await local.verifyPassword('anna', 'correct horse')).toBe(false)
  expect(await local.verifyPassword('anna', 'battery staple')).toBe(true)
  expect(await local.verifyPassword('bert', 'correct horse')).toBe(true)
})

test('a disabled user keeps everything, and may be enabled again', async () => {
  const local = users()
  const before = await local.add({ ...ANNA, roles: ['Editor'] })
  await local.disable('anna')
  expect(await local.get('anna')).toEqual({ ...before, disabled: true })
  expect(await local.verifyPassword('anna', 'correct horse')).toBe(true)
  await local.enable('anna')
  expect(await local.get('anna')).toEqual(before)
})

test('roles are replaced, not added to', async () => {
  const local = users()
  await local.add({ ...ANNA, roles: ['Editor', 'Viewer'] })
  await local.setRoles('anna', ['Administrator', EDITOR, 'Administrator'])
  expect((await local.get('anna'))?.roles).toEqual(['Administrator', 'Editor'])
  await local.setRoles('anna', [])
  expect((await local.get('anna'))?.roles).toEqual([])
})

test('being a superuser can be given and taken', async () => {
  const local = users()
  await local.add(ANNA)
  await local.setSuperuser('anna', true)
  expect((await local.get('anna'))?.superuser).toBe(true)
  await local.setSuperuser('anna', false)
  expect((await local.get('anna'))?.superuser).toBe(false)
})

test('a role that the code does not declare is an error that lists those it does', async () => {
  const local = users()
  local.join(house())
  const message = 'There is no role "Edtior", "". The roles are: Administrator, Editor.'
  await expect(local.add({ ...ANNA, roles: ['Edtior', EDITOR, ''] })).rejects.toThrow(message)
  expect(await local.get('anna')).toBeUndefined()
  await local.add({ ...ANNA, roles: ['Editor'] })
  await expect(local.setRoles('anna', ['editor'])).rejects.toThrow(UnknownRoleError)
  expect((await local.get('anna'))?.roles).toEqual(['Editor'])
})

test('with no roles in the code there is no role to give', async () => {
  const local = users()
  local.join(house([]))
  await expect(local.add({ ...ANNA, roles: ['Editor'] })).rejects.toThrow('The code declares no roles.')
})

test('where the roles of the code are not at hand, every role name will do', async () => {
  const local = users()
  local.join(house('any'))
  expect((await local.add({ ...ANNA, roles: ['Whatever'] })).roles).toEqual(['Whatever'])
})

test('every change is told, after it was made', async () => {
  const local = users()
  const told = house()
  local.join(told)
  const { id } = await local.add(ANNA)
  await local.setPassword('ANNA', 'battery staple')
  await local.setRoles('anna', ['Editor'])
  await local.setSuperuser('anna', true)
  await local.disable('anna')
  await local.enable('anna')
  await local.delete('anna')
  const kinds = ['added', 'password', 'roles', 'superuser', 'disabled', 'enabled', 'deleted']
  expect(told.changes).toEqual(kinds.map((kind) => ({ kind, userId: `local:${id}`, username: 'Anna' })))
})

test('a change is not reported as done before everybody has been told', async () => {
  const local = users()
  await local.add(ANNA)
  const order: string[] = []
  const slow: House = {
    roleNames: 'any',
    async accountChanged({ kind }) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push(`told of ${kind}, disabled: ${(await local.get('anna'))?.disabled}`)
    },
  }
  local.join(slow)
  local.join(slow)
  await local.disable('anna').then(() => order.push('done'))
  expect(order).toEqual(['told of disabled, disabled: true', 'done'])
})

test('what is refused is not told', async () => {
  const local = users({ passwordPolicy: {} })
  const told = house()
  local.join(told)
  await expect(local.add({ username: 'anna', password: 'short' })).rejects.toThrow(PasswordRefusedError)
  await expect(local.delete('anna')).rejects.toThrow(UserNotFoundError)
  expect(told.changes).toEqual([])
})

test('the password policy holds for new passwords, and not for old ones', async () => {
  const strict = users({ passwordPolicy: { minLength: 12 } })
  await expect(strict.add({ username: 'anna', password: 'correct' })).rejects.toThrow(/12 characters/)
  await expect(strict.add({ username: 'Anna-the-first', password: 'anna-THE-first' })).rejects.toThrow(/user name/)
  expect((await strict.list()).users).toEqual([])
  await strict.add({ username: 'anna', password: 'correct horse' })
  await expect(strict.setPassword('anna', 'short')).rejects.toThrow(PasswordRefusedError)
  expect(await strict.verifyPassword('anna', 'short')).toBe(false)
  expect(await strict.verifyPassword('anna', 'correct horse')).toBe(true)
})

test('no error message shows a password', async () => {
  const local = users({ passwordPolicy: { minLength: 30 } })
  await local.add({ username: 'anna' })
  const actions = [local.add({ username: 'b', password: 'hunter2hunter2' }), local.setPassword('anna', 'hunter2')]
  for (const settled of await Promise.allSettled(actions)) {
    const error = (settled as PromiseRejectedResult).reason as Error
    expect(error).toBeInstanceOf(PasswordRefusedError)
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('hunter2')
  }
})

test('five thousand users are paged through, each once and in order, and never all at once', async () => {
  const database = openDatabase('sqlite::memory:')
  onTestFinished(() => database.close())
  const fetched: number[] = []
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      fetched.push(result.rows.length)
      return result
    },
  }
  const local = localUsers({ ...database, tables: async () => (await database.tables()).withPlugin(counting) })
  const names = Array.from({ length: 5000 }, (_, index) => `user-${String(index).padStart(4, '0')}`)
  const tables = await database.tables()
  await tables.transaction().execute(async (transaction) => {
    for (const name of names.toReversed()) {
      const times = { created_at: 1, changed_at: 1 }
      const rest = { description: '', password_hash: null, superuser: 0, disabled: 0, properties: '{}', ...times }
      const row = { id: name, username: name.toUpperCase(), canonical_username: name, ...rest }
      await transaction.insertInto('ostiary_user').values(row).execute()
      await transaction
        .insertInto('ostiary_user_role')
        .values({ user_id: name, role: `role of ${name}` })
        .execute()
    }
  })

  const seen: string[] = []
  let pages = 0
  let after: string | undefined
  do {
    const page = await local.list(after === undefined ? { limit: 700 } : { after, limit: 700 })
    expect(page.users.length).toBeLessThanOrEqual(700)
    for (const user of page.users) {
      expect(user.roles).toEqual([`role of ${user.id}`])
      seen.push(user.id)
    }
    pages += 1
    after = page.next ?? undefined
  } while (after !== undefined)
  expect(seen).toEqual(names)
  expect(pages).toBe(8)
  expect(Math.max(...fetched)).toBeLessThanOrEqual(701)

  // Whatever is asked for, a page is a page.
  expect((await local.list()).users).toHaveLength(100)
  expect((await local.list({ limit: 1_000_000 })).users).toHaveLength(1000)
  expect((await local.list({ limit: 0 })).users).toHaveLength(1)
  expect((await local.list({ limit: -5 })).users).toHaveLength(1)
})

test('the last page is known to be the last, even when it is full', async () => {
  const local = users()
  for (const username of ['c', 'A', 'b', 'D']) await local.add({ username })
  const first = await local.list({ limit: 2 })
  expect(first).toMatchObject({ users: [{ username: 'A' }, { username: 'b' }], next: 'b' })
  expect(await local.list({ limit: 2, after: 'b' })).toMatchObject({
    users: [{ username: 'c' }, { username: 'D' }],
    next: null,
  })
  expect(await local.list({ after: 'd' })).toEqual({ users: [], next: null })
})

test('users outlive the source that added them, and two sources of one database know the same people', async () => {
  const database = openDatabase('sqlite::memory:')
  onTestFinished(() => database.close())
  const options = { passwords: QUICK, passwordPolicy: 'none' } as const
  const { id } = await localUsers(database, options).add(ANNA)
  expect(await localUsers(database, { ...options, name: 'staff' }).get('anna')).toMatchObject({ id })
})

test('a source with an unusable name is refused', () => {
  const database = openDatabase('sqlite::memory:')
  const warned = vi.spyOn(process, 'emitWarning')
  onTestFinished(() => warned.mockRestore())
  for (const name of ['', 'Local', 'a:b', '1st', 'x'.repeat(33)]) {
    expect(() => localUsers(database, { name })).toThrow(/cannot be called/)
  }
  expect(warned).not.toHaveBeenCalled()
})
