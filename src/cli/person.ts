import type { Command } from 'commander'
import type { ManagedUser, ManagedUserSource, UserSource } from '../index.ts'
import { everyUser } from './every-user.ts'
import type { LoadedAuth } from './load-auth.ts'
import { notFound, personElsewhere } from './person-elsewhere.ts'
import { splitIdentity } from './split-identity.ts'
import { managedSource, nobodyIsManaged, withAuth } from './with-auth.ts'

/** A user that a command line names: a managed user, or a user of another source. */
export type Person = LocalPerson | PersonElsewhere

export interface LocalPerson {
  /** `source:id`. */
  readonly userId: string
  readonly username: string
  readonly users: ManagedUserSource
  readonly user: ManagedUser
}

export interface PersonElsewhere {
  /** `source:id`, in the spelling of the source. */
  readonly userId: string
  readonly users: undefined
  /** Undefined when the source is unknown: with the database alone, and when the application has removed it. */
  readonly source: UserSource | undefined
  readonly accountId: string
}

/** The option of commands that store data about a user. */
export const ANYWAY = [
  '--anyway',
  'even if nobody of that name is known; source:id is then kept to the letter',
] as const

export interface PersonSettings {
  readonly anyway?: true | undefined
}

/** Loads the Auth, and finds the named user. A source that is down delays a command, and the command goes on. */
export function withPerson(
  program: Command,
  named: string,
  options: PersonSettings,
  work: (person: Person, loaded: LoadedAuth) => Promise<void>,
): Promise<void> {
  return withAuth(program, async (loaded) => {
    await loaded.auth.roleAssignments?.ready?.()
    await work(await readPerson(named, loaded, options), loaded)
  })
}

/**
 * Finds the user that a text names. `ldap:bob` is bob of the source `ldap`, if this source exists. `local:<id>` is a
 * managed user. Any other text is a user name, which may contain a colon.
 *
 * @throws {UserNotFoundError} when the name is unknown.
 */
export async function readPerson(named: string, loaded: LoadedAuth, options: PersonSettings = {}): Promise<Person> {
  const users = managedSource(loaded)
  const identity = splitIdentity(named)
  const source = loaded.auth.sources.find(({ name }) => name === identity?.sourceName)
  if (identity && source && source !== users) return personElsewhere(identity, source, loaded, options)

  const user = users && (await localUser(users, named, identity && source ? identity.accountId : undefined))
  if (users && user) return { userId: `${users.name}:${user.id}`, username: user.username, users, user }
  if (identity && !source) return personElsewhere(identity, undefined, loaded, options)
  if (!users) throw nobodyIsManaged(loaded)
  throw notFound(named, loaded)
}

async function localUser(
  users: ManagedUserSource,
  named: string,
  id: string | undefined,
): Promise<ManagedUser | undefined> {
  await users.ready?.()
  if (id !== undefined) return userById(users, id)
  // An identity may be longer than a user name.
  return splitIdentity(named) && named.length > LONGEST_NAME ? undefined : users.get(named)
}

const LONGEST_NAME = 200

async function userById(users: ManagedUserSource, id: string): Promise<ManagedUser | undefined> {
  for await (const user of everyUser(users)) if (user.id === id) return user
  return undefined
}
