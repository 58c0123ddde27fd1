import { UserNotFoundError } from '../index.ts'
import { keptSpelling } from './kept-spelling.ts'
import type { LoadedAuth } from './load-auth.ts'
import { type PersonSettings, readPerson } from './person.ts'
import { splitIdentity } from './split-identity.ts'
import { managedSource } from './with-auth.ts'

/**
 * The identity `source:id` of a person that a command line names, who need not be there any more: sessions may outlive
 * an account of ours, too.
 *
 * @throws {UserNotFoundError} when nobody of that name is known, and nothing is kept of anybody.
 */
export async function readUserId(loaded: LoadedAuth, named: string, options: PersonSettings = {}): Promise<string> {
  try {
    return (await readPerson(named, loaded, options)).userId
  } catch (error) {
    const identity = splitIdentity(named)
    if (!(error instanceof UserNotFoundError) || identity?.sourceName !== managedSource(loaded)?.name) throw error
    if (options.anyway) return named
    const kept = identity && (await keptSpelling(loaded, identity.sourceName, identity.accountId))
    if (kept === undefined) throw error
    return kept
  }
}
