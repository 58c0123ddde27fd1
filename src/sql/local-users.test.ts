import { expect, onTestFinished, test, vi } from 'vitest'
import { sqliteFiles } from '../../test/databases/database-server.ts'
import { describeLocalUsers } from '../../test/databases/local-users.ts'
import { describeLocalUsersInApplication } from '../../test/databases/local-users-in-application.ts'
import { localUsers } from './local-users.ts'
import { openDatabase } from './open-database.ts'

describeLocalUsers(sqliteFiles())
describeLocalUsersInApplication(sqliteFiles())

test('a source with an unusable name is refused', () => {
  const database = openDatabase('sqlite::memory:')
  const warned = vi.spyOn(process, 'emitWarning')
  onTestFinished(() => warned.mockRestore())
  for (const name of ['', 'Local', 'a:b', '1st', 'x'.repeat(33)]) {
    expect(() => localUsers(database, { name })).toThrow(/cannot be called/)
  }
  expect(warned).not.toHaveBeenCalled()
})
