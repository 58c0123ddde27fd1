import type { Command } from 'commander'
import type { ManagedUserSource } from '../index.ts'
import { type CliError, misused } from './cli-error.ts'
import { type LoadedAuth, loadAuth } from './load-auth.ts'

/** Loads the Auth for the length of one command, and closes it whatever happens. */
export async function withAuth(program: Command, work: (loaded: LoadedAuth) => Promise<void>): Promise<void> {
  const loaded = await loadAuth(program.optsWithGlobals<{ config?: string }>().config)
  try {
    await work(loaded)
  } finally {
    await loaded.close()
  }
}

/**
 * The same for commands that manage users. Makes ready the one source that they live in: a directory that is down must
 * not keep anybody from disabling an account.
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

/** The same for commands that need the sessions of the running application. */
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

/** `auth.users` is one of the sources. */
export function managedSource({ auth }: LoadedAuth): ManagedUserSource | undefined {
  return auth.sources.find((source): source is ManagedUserSource => source === (auth.users as unknown))
}

/** For who asks for local users where there are none. */
export function nobodyIsManaged({ auth }: LoadedAuth): CliError {
  const names = auth.sources.map(({ name }) => name).join(', ') || 'none'
  return misused(`No source of this application is managed here (its sources: ${names}).`)
}
