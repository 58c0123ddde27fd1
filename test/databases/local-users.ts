import {
  type AuthError,
  definePermission,
  defineRole,
  InvalidUsernameError,
  UnknownRoleError,
  UserExistsError,
  UserNotFoundError,
} from 'ostiary'
import { fixedClock } from 'ostiary/testing'
import { describe, expect, test } from 'vitest'
import type { DatabaseServer } from './database-server.ts'
import { ANNA, application, usersOn } from './users-on.ts'

const VIEW = definePermission({ name: 'view', description: 'View' })
const EDITOR = defineRole({ name: 'Editor', description: 'Edits', permissions: [VIEW] })

/** What becomes of users when they are managed. */
export function describeLocalUsers(server: DatabaseServer): void {
  describe(`local users on ${server.name}`, () => {
    test('a user is added with everything that was said, and shows no password', async () => {
      const clock = fixedClock()
      const local = await usersOn(server, { clock })
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
      const local = await usersOn(server)
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
      const local = await usersOn(server)
      await local.add({ username: 'Jörg', password: 'correct horse' })
      for (const spelling of ['jörg', 'JÖRG', ' Jörg ', 'Jo\u0308rg', 'ＪÖＲＧ']) {
        expect(await local.get(spelling), spelling).toMatchObject({ username: 'Jörg' })
        expect(await local.verifyPassword(spelling, 'correct horse')).toBe(true)
        await expect(local.add({ username: spelling }), spelling).rejects.toThrow(UserExistsError)
      }
      for (const other of ['jorg', 'jörg.', 'j%', 'j_rg']) expect(await local.get(other), other).toBeUndefined()
    })

    test('a name that nobody can have is refused', async () => {
      const local = await usersOn(server)
      for (const username of ['', ' ', 'a\0b', 'a\nb', '\u202eanna', '\ud800', 'x'.repeat(201)]) {
        await expect(local.add({ username, password: 'correct horse' })).rejects.toThrow(InvalidUsernameError)
      }
      expect(await local.list()).toEqual({ users: [], next: null })
    })

    test('adding somebody twice is an error, and changes nothing', async () => {
      const local = await usersOn(server)
      const first = await local.add(ANNA)
      await expect(local.add({ username: 'ANNA', password: 'another one' })).rejects.toThrow(
        'There is a user "ANNA" already.',
      )
      expect(await local.get('anna')).toEqual(first)
      expect(await local.verifyPassword('anna', 'correct horse')).toBe(true)
    })

    test('of many who add the same name at once, exactly one succeeds', async () => {
      const local = await usersOn(server)
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
      const local = await usersOn(server)
      const first = await local.add({ ...ANNA, roles: ['Editor'] })
      await local.delete('ANNA')
      expect(await local.get('anna')).toBeUndefined()
      const second = await local.add({ username: 'anna' })
      expect(second.id).not.toBe(first.id)
      expect(second).toMatchObject({ roles: [], hasPassword: false })
      expect(await local.lookup?.(first.id, AbortSignal.timeout(5000))).toEqual({ outcome: 'unknown' })
    })

    test('what concerns a user who is not there says so, with the name', async () => {
      const local = await usersOn(server)
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
      const local = await usersOn(server)
      await local.add(ANNA)
      await local.add({ username: 'bert', password: 'correct horse' })
      await local.setPassword('anna', 'battery staple')
      expect(await local.verifyPassword('anna', 'correct horse')).toBe(false)
      expect(await local.verifyPassword('anna', 'battery staple')).toBe(true)
      expect(await local.verifyPassword('bert', 'correct horse')).toBe(true)
    })

    test('a disabled user keeps everything, and may be enabled again', async () => {
      const local = await usersOn(server)
      const before = await local.add({ ...ANNA, roles: ['Editor'] })
      await local.disable('anna')
      expect(await local.get('anna')).toEqual({ ...before, disabled: true })
      expect(await local.verifyPassword('anna', 'correct horse')).toBe(true)
      await local.enable('anna')
      expect(await local.get('anna')).toEqual(before)
    })

    test('roles are replaced, not added to', async () => {
      const local = await usersOn(server)
      await local.add({ ...ANNA, roles: ['Editor', 'Viewer'] })
      await local.setRoles('anna', ['Administrator', EDITOR, 'Administrator'])
      expect((await local.get('anna'))?.roles).toEqual(['Administrator', 'Editor'])
      await local.setRoles('anna', [])
      expect((await local.get('anna'))?.roles).toEqual([])
    })

    test('being a superuser can be given and taken', async () => {
      const local = await usersOn(server)
      await local.add(ANNA)
      await local.setSuperuser('anna', true)
      expect((await local.get('anna'))?.superuser).toBe(true)
      await local.setSuperuser('anna', false)
      expect((await local.get('anna'))?.superuser).toBe(false)
    })

    test('a role that the code does not declare is an error that lists those it does', async () => {
      const local = await usersOn(server)
      local.join(application())
      const message = 'There is no role "Edtior", "". The roles are: Administrator, Editor.'
      await expect(local.add({ ...ANNA, roles: ['Edtior', EDITOR, ''] })).rejects.toThrow(message)
      expect(await local.get('anna')).toBeUndefined()
      await local.add({ ...ANNA, roles: ['Editor'] })
      await expect(local.setRoles('anna', ['editor'])).rejects.toThrow(UnknownRoleError)
      expect((await local.get('anna'))?.roles).toEqual(['Editor'])
    })

    test('with no roles in the code there is no role to give', async () => {
      const local = await usersOn(server)
      local.join(application([]))
      await expect(local.add({ ...ANNA, roles: ['Editor'] })).rejects.toThrow('The code declares no roles.')
    })

    test('where the roles of the code are not at hand, every role name will do', async () => {
      const local = await usersOn(server)
      local.join(application('any'))
      expect((await local.add({ ...ANNA, roles: ['Whatever'] })).roles).toEqual(['Whatever'])
    })
  })
}
