import { UserNotFoundError } from '../index.ts'
import { keptSpelling } from './kept-spelling.ts'
import type { LoadedAuth } from './load-auth.ts'
import { type PersonSettings, readPerson } from './person.ts'
import { splitIdentity } from './split-identity.ts'
import { managedSource } from './with-auth.ts'

/**
 * Returns the identity `source:id` of a user that a command line names. The account may be deleted already. Why:
 * sessions may outlive a managed account, too.
 *
 * @throws {UserNotFoundError} when the name is unknown, and has no stored data.
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
