import type { Command } from 'commander'
import { misused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'
import { withAuth } from './with-auth.ts'

/** Loads the Auth for commands about all of its sources. A database alone does not know them. */
export function withSources(program: Command, work: (loaded: LoadedAuth) => Promise<void>): Promise<void> {
  return withAuth(program, async (loaded) => {
    if (!loaded.knowsRoles) {
      throw misused('Sources are listed in code, not in the database: this needs a configuration. See --help.')
    }
    await work(loaded)
  })
}
