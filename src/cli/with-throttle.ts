import type { Command } from 'commander'
import type { ThrottleAdministration } from '../index.ts'
import { misused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'
import { withAuth } from './with-auth.ts'

/** Loads the Auth for commands about throttled logins of the running application. */
export function withThrottle(
  program: Command,
  username: string | undefined,
  work: (throttle: ThrottleAdministration, loaded: LoadedAuth) => Promise<void>,
): Promise<void> {
  return withAuth(program, async (loaded) => {
    const throttle = reachable(loaded)
    if (username !== undefined) assertNamesAreKnown(loaded, throttle)
    await work(throttle, loaded)
  })
}

/** @throws {CliError} when logins are not throttled, or the counts cannot be read from here. */
function reachable({ auth }: LoadedAuth): ThrottleAdministration {
  if (!auth.throttle) throw misused('This application does not throttle logins: `throttle` is false.')
  if (auth.throttle.storeName === 'memory') {
    throw misused(
      'Attempts to sign in are counted in the memory of the server process, and cannot be seen from here. ' +
        'Give createAuth() a store that processes share: `throttle: { store: sqlThrottle(database) }`, ' +
        'or `redisThrottle(redis)`.',
    )
  }
  return auth.throttle
}

/** @throws {CliError} when the key of a name cannot be computed here. */
function assertNamesAreKnown(
  { knowsRoles: hasConfiguration }: LoadedAuth,
  { knowsNames }: ThrottleAdministration,
): void {
  if (!hasConfiguration) {
    throw misused(
      "Counts do not hold user names. What stands for one can be worked out with the application's configuration " +
        'and its secret alone, not with the database.',
    )
  }
  if (knowsNames) return
  throw misused(
    'Counts do not hold user names, and what stands for one depends on the secret of the application. ' +
      'Set OSTIARY_SECRET to what the server has. A server that has made one up has to be started with one.',
  )
}
