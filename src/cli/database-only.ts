import { type AccountEvents, ConfigurationError, createAuth, generateSecret } from '../index.ts'
import { misused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'

/**
 * Makes an Auth for administration without the application's code.
 *
 * It has the users and sessions of the database, and the assignments and home sources of users of other sources. The
 * application's roles and its other sources are missing.
 */
export async function authOfDatabase(url: string): Promise<LoadedAuth> {
  // Loaded late, because `ostiary secret` works without it.
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
      // A throw-away secret, because no cookie is sealed here.
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

/** Accepts every role name. Why: the empty list of roles means that the roles are unknown. */
function withAnyRole<T extends { join(listener: AccountEvents): void }>(joined: T): T {
  return { ...joined, join: (listener: AccountEvents) => joined.join({ ...listener, roleNames: 'any' }) }
}
