import { UserNotFoundError } from '../index.ts'
import type { LoadedAuth } from './load-auth.ts'
import { quoted } from './user-output.ts'
import { managedSource } from './with-auth.ts'

/** The identity `source:id` of whom a command line names: by the name of a user who is managed here, or as it is. */
export async function readUserId(loaded: LoadedAuth, named: string): Promise<string> {
  const users = managedSource(loaded)
  await users?.ready?.()
  const isIdentity = /^[a-z][a-z0-9_-]*:./s.test(named)
  const user = isIdentity && named.length > LONGEST_NAME ? undefined : await users?.get(named)
  if (users && user) return `${users.name}:${user.id}`
  if (isIdentity) return named
  throw new UserNotFoundError(
    `There is no user ${quoted(named)} here. A user of another source is named by identity, as in ldap:…`,
  )
}

/** User names are no longer than this; identities may be. */
const LONGEST_NAME = 200
