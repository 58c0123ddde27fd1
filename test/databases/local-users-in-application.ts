import type { KyselyPlugin } from 'kysely'
import { type AccountEvents, PasswordRefusedError, UserNotFoundError } from 'ostiary'
import { localUsers } from 'ostiary/sql'
import { describe, expect, test } from 'vitest'
import { type DatabaseServer, freshFor } from './database-server.ts'
import { ANNA, application, QUICK, usersOn } from './users-on.ts'

/** Whom changes are told, what is refused, and how all are listed. */
export function describeLocalUsersInApplication(server: DatabaseServer): void {
  describe(`local users of a application on ${server.name}`, () => {
    test('every change is told, after it was made', async () => {
      const local = await usersOn(server)
      const told = application()
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
      const local = await usersOn(server)
      await local.add(ANNA)
      const order: string[] = []
      const slow: AccountEvents = {
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
      const local = await usersOn(server, { passwordPolicy: {} })
      const told = application()
      local.join(told)
      await expect(local.add({ username: 'anna', password: 'short' })).rejects.toThrow(PasswordRefusedError)
      await expect(local.delete('anna')).rejects.toThrow(UserNotFoundError)
      expect(told.changes).toEqual([])
    })

    test('the password policy holds for new passwords, and not for old ones', async () => {
      const strict = await usersOn(server, { passwordPolicy: { minLength: 12 } })
      await expect(strict.add({ username: 'anna', password: 'correct' })).rejects.toThrow(/12 characters/)
      await expect(strict.add({ username: 'Anna-the-first', password: 'anna-THE-first' })).rejects.toThrow(/user name/)
      expect((await strict.list()).users).toEqual([])
      await strict.add({ username: 'anna', password: 'correct horse' })
      await expect(strict.setPassword('anna', 'short')).rejects.toThrow(PasswordRefusedError)
      expect(await strict.verifyPassword('anna', 'short')).toBe(false)
      expect(await strict.verifyPassword('anna', 'correct horse')).toBe(true)
    })

    test('no error message shows a password', async () => {
      const local = await usersOn(server, { passwordPolicy: { minLength: 30 } })
      await local.add({ username: 'anna' })
      const actions = [local.add({ username: 'b', password: 'hunter2hunter2' }), local.setPassword('anna', 'hunter2')]
      for (const settled of await Promise.allSettled(actions)) {
        const error = (settled as PromiseRejectedResult).reason as Error
        expect(error).toBeInstanceOf(PasswordRefusedError)
        expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('hunter2')
      }
    })

    test('five thousand users are paged through, each once and in order, and never all at once', async () => {
      const database = (await freshFor(server)).open()
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
      const local = await usersOn(server)
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
      const database = (await freshFor(server)).open()
      const options = { passwords: QUICK, passwordPolicy: 'none' } as const
      const { id } = await localUsers(database, options).add(ANNA)
      expect(await localUsers(database, { ...options, name: 'staff' }).get('anna')).toMatchObject({ id })
    })
  })
}
