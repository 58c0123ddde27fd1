import { UserNotFoundError } from '../index.ts'
import type { LoadedAuth } from './load-auth.ts'
import { splitIdentity, userByName } from './person.ts'
import { quoted } from './user-output.ts'
import { managedSource } from './with-auth.ts'

/**
 * The identity `source:id` of whom a command line names: by the name of a user who is managed here, or as it is. Nobody
 * needs to be there any more: sessions may outlive an account.
 */
export async function readUserId(loaded: LoadedAuth, named: string): Promise<string> {
  const identity = splitIdentity(named)
  if (loaded.auth.sources.some(({ name }) => name === identity?.source)) return named
  const users = managedSource(loaded)
  await users?.ready?.()
  const user = users && (await userByName(users, named))
  if (users && user) return `${users.name}:${user.id}`
  if (identity) return named
  throw new UserNotFoundError(
    `There is no user ${quoted(named)} here. A user of another source is named by identity, as in ldap:…`,
  )
}
