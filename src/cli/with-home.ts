import type { Command } from 'commander'
import { canonicalUsername, type HomeSources } from '../index.ts'
import { homeSourcesOf } from './kept-here.ts'
import type { LoadedAuth } from './load-auth.ts'
import { withAuth } from './with-auth.ts'

/** Loads the Auth for commands about the home source of a name. Names are compared in their canonical form. */
export function withHome(
  program: Command,
  username: string,
  work: (homes: HomeSources, canonicalName: string, loaded: LoadedAuth) => Promise<void>,
): Promise<void> {
  return withAuth(program, async (loaded) => {
    const canonicalName = canonicalUsername(username)
    const homes = homeSourcesOf(loaded)
    await homes.ready?.()
    await work(homes, canonicalName, loaded)
  })
}
