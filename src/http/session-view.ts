import type { Permission } from '../policy/permission.ts'
import type { Session } from '../sessions/session.ts'
import type { User, UserJson } from '../users/user.ts'

/** The session as a single-page application sees it. Times are in ISO 8601, as `new Date()` reads them. */
export interface SessionView {
  /** The signed-in user. Null for an anonymous request. */
  readonly user: SessionUser | null
  /** The time when the session ends, even if it is in use. Null for a user who came with a token. */
  readonly expiresAt: string | null
  /** The time when the session ends unless it is used before. Null for a session without an idle limit. */
  readonly idleUntil: string | null
}

/** The signed-in user as the front end of an application sees it. */
export interface SessionUser extends UserJson {
  /** The names of all permissions of the user. A superuser has every permission. */
  readonly permissions: readonly string[]
  readonly isSuperuser: boolean
}

/** Returns the view of a session. @param known All permissions of the application, which a superuser has. */
export function sessionView(user: User, session: Session | null, known: readonly Permission[]): SessionView {
  if (user.isAnonymous) return NOBODY
  const permissions = user.isSuperuser ? known.map(({ name }) => name) : [...user.permissionNames]
  return {
    user: { ...user.toJSON(), permissions, isSuperuser: user.isSuperuser },
    // A user who came with another credential has no session.
    expiresAt: session && new Date(session.expiresAt).toISOString(),
    idleUntil: session && (session.idleUntil === null ? null : new Date(session.idleUntil).toISOString()),
  }
}

const NOBODY: SessionView = Object.freeze({ user: null, expiresAt: null, idleUntil: null })
