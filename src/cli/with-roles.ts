import type { Command } from 'commander'
import { misused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'
import { withAuth } from './with-auth.ts'

/** Loads the Auth for commands about the roles of the code. A database alone does not know them. */
export function withRoles(program: Command, work: (loaded: LoadedAuth) => Promise<void>): Promise<void> {
  return withAuth(program, async (loaded) => {
    if (!loaded.knowsRoles) {
      throw misused('Roles are declared in code, not in the database: this needs a configuration. See --help.')
    }
    await work(loaded)
  })
}
