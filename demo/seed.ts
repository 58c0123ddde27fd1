import { isProduction, type Role } from 'ostiary'
import { localUsers } from 'ostiary/sql'
import { database } from './auth.ts'
import { ADMINISTRATOR, USER, VIEWER } from './roles.ts'

const PEOPLE: readonly (readonly [string, Role])[] = [
  ['admin', ADMINISTRATOR],
  ['user', USER],
  ['viewer', VIEWER],
]

/**
 * Adds `admin`, `user` and `viewer` to a database without users, each with its own name for a password.
 *
 * No password policy would let those pass. It is set aside here, for these three and nobody else.
 */
export async function seed(): Promise<void> {
  const users = localUsers(database, { passwordPolicy: 'none' })
  const { users: existing } = await users.list({ limit: 1 })
  if (existing.length > 0) return
  if (isProduction()) {
    console.warn('There are no users yet. In production none are made up: add one with `npx ostiary add`.')
    return
  }
  for (const [username, role] of PEOPLE) {
    await users.add({ username, password: username, description: role.description, roles: [role] })
  }
  console.log('Added admin/admin, user/user and viewer/viewer, whose passwords anybody can guess.')
}
