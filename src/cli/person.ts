import type { Command } from 'commander'
import { type ManagedUser, type ManagedUserSource, UserNotFoundError, type UserSource } from '../index.ts'
import { everyUser } from './every-user.ts'
import type { LoadedAuth } from './load-auth.ts'
import { note } from './output.ts'
import { quoted } from './user-output.ts'
import { managedSource, nobodyIsManaged, withAuth } from './with-auth.ts'

/** Whom a command line names: somebody who is managed here, or somebody of another source. */
export type Person = LocalPerson | PersonElsewhere

export interface LocalPerson {
  /** `source:id`. */
  readonly userId: string
  readonly username: string
  readonly users: ManagedUserSource
  readonly user: ManagedUser
}

export interface PersonElsewhere {
  /** `source:id`. */
  readonly userId: string
  readonly users: undefined
  /** Undefined where it is not known: with the database alone, and when the application has it no more. */
  readonly source: UserSource | undefined
  readonly accountId: string
}

/**
 * Loads the Auth, and finds out who is meant. Makes ready nothing but what is kept here: a directory that is down must
 * not keep anybody from disabling an account.
 */
export function withPerson(
  program: Command,
  named: string,
  work: (person: Person, loaded: LoadedAuth) => Promise<void>,
): Promise<void> {
  return withAuth(program, async (loaded) => {
    await loaded.auth.roleAssignments?.ready?.()
    await work(await readPerson(named, loaded), loaded)
  })
}

/**
 * `ldap:bob` is bob of the source `ldap`, when there is one, and `local:<id>` one of our own. Everything else is a user
 * name, which may hold a colon, too. An identity that nobody knows by name is taken as it is where we do not know the
 * sources, or where something is said of it already: its source may be gone from the configuration.
 *
 * @throws {UserNotFoundError}
 */
async function readPerson(named: string, loaded: LoadedAuth): Promise<Person> {
  const { auth, knowsRoles: knowsSources } = loaded
  const users = managedSource(loaded)
  const identity = splitIdentity(named)
  const source = auth.sources.find(({ name }) => name === identity?.source)
  const elsewhere = identity && { userId: named, users: undefined, source, accountId: identity.accountId }
  if (elsewhere && source && source !== users) return elsewhere

  await users?.ready?.()
  const user = users && (await (identity && source ? userById(users, identity.accountId) : userByName(users, named)))
  if (users && user) return { userId: `${users.name}:${user.id}`, username: user.username, users, user }

  if (elsewhere && !source) {
    if (!knowsSources) {
      note(`Note: whether there is a source "${identity.source}" cannot be checked without the configuration.`)
      return elsewhere
    }
    if (await auth.roleAssignments?.find(named)) return elsewhere
  }
  if (!users) throw nobodyIsManaged(loaded)
  const names = auth.sources.map(({ name }) => name).join(', ')
  throw new UserNotFoundError(
    `There is no user ${quoted(named)}.${named.includes(':') ? ` Sources, as in source:id, are: ${names}.` : ''}`,
  )
}

/** Takes `source:id` apart. Undefined for what can only be a user name. */
export function splitIdentity(named: string): { source: string; accountId: string } | undefined {
  const match = /^([a-z][a-z0-9_-]{0,31}):(.+)$/s.exec(named)
  return match ? { source: match[1] as string, accountId: match[2] as string } : undefined
}

/** User names are no longer than this; identities may be. */
const LONGEST_NAME = 200

/** A user by name. An identity may be longer than names are. */
export async function userByName(users: ManagedUserSource, name: string): Promise<ManagedUser | undefined> {
  return splitIdentity(name) && name.length > LONGEST_NAME ? undefined : users.get(name)
}

async function userById(users: ManagedUserSource, id: string): Promise<ManagedUser | undefined> {
  for await (const user of everyUser(users)) if (user.id === id) return user
  return undefined
}
