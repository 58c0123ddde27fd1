import type { Command } from 'commander'
import { misused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'
import { type Person, withPerson } from './person.ts'

/** Loads the Auth, and finds the named user, for commands about records that the running application shares. */
export function withRecords(
  program: Command,
  named: string,
  work: (person: Person, loaded: LoadedAuth) => Promise<void>,
): Promise<void> {
  return withPerson(program, named, {}, async (person, loaded) => {
    if (loaded.auth.services.records.storeName === 'memory') {
      throw misused(
        'The records live in the memory of the server process, and cannot be reached from here. ' +
          'Give createAuth() a store that processes share, such as records: sqlRecords(database).',
      )
    }
    if (!loaded.auth.services.records.secretGiven) {
      throw misused(
        'The records are sealed with the secret of the application, and there is no OSTIARY_SECRET here. ' +
          'Give this command the same secret as the server.',
      )
    }
    await work(person, loaded)
  })
}
