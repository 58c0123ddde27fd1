import type { AccountChange, AccountEvents, NewUser } from 'ostiary'
import { type LocalUsersOptions, localUsers } from 'ostiary/sql'
import { type DatabaseServer, freshFor } from './database-server.ts'

export const QUICK = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } } as const
export const ANNA: NewUser = { username: 'Anna', password: 'correct horse' }

/** Local users in a database of their own. */
export async function usersOn(server: DatabaseServer, options: LocalUsersOptions = {}) {
  const database = (await freshFor(server)).open()
  return localUsers(database, { passwords: QUICK, passwordPolicy: 'none', ...options })
}

/** Stands where `createAuth` stands: it is told of every change. */
export function application(roleNames: AccountEvents['roleNames'] = ['Administrator', 'Editor']) {
  const changes: AccountChange[] = []
  return { roleNames, changes, accountChanged: async (change: AccountChange) => void changes.push(change) }
}
