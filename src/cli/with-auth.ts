import type { Command } from 'commander'
import type { ManagedUserSource } from '../index.ts'
import { type CliError, misused } from './cli-error.ts'
import { type LoadedAuth, loadAuth } from './load-auth.ts'

/** Loads the Auth for the length of one command, and always closes it. */
export async function withAuth(program: Command, work: (loaded: LoadedAuth) => Promise<void>): Promise<void> {
  const loaded = await loadAuth(program.optsWithGlobals<{ config?: string }>().config)
  try {
    await work(loaded)
  } finally {
    await loaded.close()
  }
}

/**
 * Loads the Auth for commands that manage users. Only the managed source is made ready. Why: an account must be easy to
 * disable while a directory is down.
 */
export function withUsers(
  program: Command,
  work: (users: ManagedUserSource, loaded: LoadedAuth) => Promise<void>,
): Promise<void> {
  return withAuth(program, async (loaded) => {
    const users = managedSource(loaded)
    if (!users) throw nobodyIsManaged(loaded)
    await users.ready?.()
    await work(users, loaded)
  })
}

/** Loads the Auth for commands that need the sessions of the running application. */
export function withSessions(program: Command, work: (loaded: LoadedAuth) => Promise<void>): Promise<void> {
  return withAuth(program, async (loaded) => {
    if (loaded.auth.sessions.storeName === 'memory') {
      throw misused(
        'The sessions live in the memory of the server process, and cannot be reached from here. ' +
          'Give createAuth() a store that processes share, such as sqlSessions().',
      )
    }
    await work(loaded)
  })
}

/** Returns the source that is `auth.users`. */
export function managedSource({ auth }: LoadedAuth): ManagedUserSource | undefined {
  return auth.sources.find((source): source is ManagedUserSource => source === (auth.users as unknown))
}

/** Returns the error for an application without local users. */
export function nobodyIsManaged({ auth }: LoadedAuth): CliError {
  const names = auth.sources.map(({ name }) => name).join(', ') || 'none'
  return misused(`No source of this application is managed here (its sources: ${names}).`)
}
