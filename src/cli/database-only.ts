import { type AccountEvents, ConfigurationError, createAuth, generateSecret } from '../index.ts'
import { misused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'

/**
 * An Auth for administration without the application's code: its users and sessions, and what it keeps about people of
 * other sources; but not its roles, nor those sources.
 */
export async function authOfDatabase(url: string): Promise<LoadedAuth> {
  // Not before it is needed: `ostiary secret` does without.
  const { localUsers, openDatabase, sqlHomeSources, sqlRoleAssignments, sqlSessions, sqlThrottle } = await import(
    '../sql/index.ts'
  )
  try {
    const database = openDatabase(url)
    const auth = createAuth({
      roles: [],
      sources: [withAnyRole(localUsers(database))],
      homeSources: sqlHomeSources(database),
      roleAssignments: withAnyRole(sqlRoleAssignments(database)),
      // Nothing is ever sealed here.
      sessions: { store: sqlSessions(database), secret: generateSecret() },
      throttle: { store: sqlThrottle(database) },
      alwaysSuperuser: false,
    })
    const close = async () => {
      await auth.close()
      await database.close()
    }
    return { auth, knowsRoles: false, close }
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw misused(`OSTIARY_DATABASE_URL: ${cause.message}`, { cause })
    throw cause
  }
}

/** The empty list of roles means that we do not know them, not that there are none. */
function withAnyRole<T extends { join(listener: AccountEvents): void }>(joined: T): T {
  return { ...joined, join: (listener: AccountEvents) => joined.join({ ...listener, roleNames: 'any' }) }
}
