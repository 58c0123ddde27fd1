import type { User } from '../users/user.ts'
import { deviceOf } from './device.ts'
import type { SessionRecord } from './session-store.ts'
import type { Sessions } from './sessions.ts'

/** Selects the sessions to list. An empty query lists the sessions of all users. */
export interface SessionQuery {
  /** The user whose sessions are listed. The list of the anonymous user is empty. */
  readonly user?: User
  /** The id of the user whose sessions are listed: `source:id`. */
  readonly userId?: string
  /** The session of the request, to be marked as `current`. With null, all are left unmarked. */
  readonly current?: { readonly id: string } | null
}

/** A session as people see it in a list. */
export interface ListedSession extends SessionRecord {
  /** A label such as "Firefox on Linux", taken from the user agent. Null when unknown. */
  readonly device: string | null
  /** True for the session that the query named as `current`. */
  readonly current: boolean
}

export async function* listSessions(
  sessions: Pick<Sessions, 'list'>,
  query: SessionQuery = {},
): AsyncGenerator<ListedSession> {
  const ofOne = 'user' in query || 'userId' in query
  const userId = 'user' in query ? query.user?.id : query.userId
  // A query for one user whose id is missing lists nothing. Why: it must not list the sessions of all users.
  if (ofOne && typeof userId !== 'string') return
  for await (const record of sessions.list(typeof userId === 'string' ? { userId } : {})) {
    yield { ...record, device: deviceOf(record.userAgent), current: record.id === query.current?.id }
  }
}
