import type { Permission } from '../policy/permission.ts'
import type { Session } from '../sessions/session.ts'
import type { User, UserJson } from '../users/user.ts'

/** What a single-page application learns about the session. Times are in ISO 8601, as `new Date()` reads them. */
export interface SessionView {
  /** Null when nobody is signed in. */
  readonly user: SessionUser | null
  /** When the session ends, however busy it is. */
  readonly expiresAt: string | null
  /** When it ends unless it is used before. Null for a session that idleness does not end. */
  readonly idleUntil: string | null
}

/** A user as the front end of an application sees itself. */
export interface SessionUser extends UserJson {
  /** The names of all permissions that the user has: every one, for a superuser. */
  readonly permissions: readonly string[]
  readonly isSuperuser: boolean
}

/** @param known All permissions of the application: a superuser has them. */
export function sessionView(user: User, session: Session | null, known: readonly Permission[]): SessionView {
  if (user.isAnonymous || !session) return NOBODY
  const permissions = user.isSuperuser ? known.map(({ name }) => name) : [...user.permissionNames]
  return {
    user: { ...user.toJSON(), permissions, isSuperuser: user.isSuperuser },
    expiresAt: new Date(session.expiresAt).toISOString(),
    idleUntil: session.idleUntil === null ? null : new Date(session.idleUntil).toISOString(),
  }
}

const NOBODY: SessionView = Object.freeze({ user: null, expiresAt: null, idleUntil: null })
