import type { User } from '../users/user.ts'
import { deviceOf } from './device.ts'
import type { SessionRecord } from './session-store.ts'
import type { Sessions } from './sessions.ts'

/** Which sessions to list. Nothing: those of everybody. */
export interface SessionQuery {
  /** Of this user only. The anonymous one has none. */
  readonly user?: User
  /** The same by `source:id`. */
  readonly userId?: string
  /** The session of whoever is asking, or null: then none is marked as `current`. */
  readonly current?: { readonly id: string } | null
}

/** A session as people see it in a list. */
export interface ListedSession extends SessionRecord {
  /** A label such as "Firefox on Linux", by what the user agent said of itself. Null when that is not known. */
  readonly device: string | null
  /** Whether it is the one that the query named. */
  readonly current: boolean
}

export async function* listSessions(
  sessions: Pick<Sessions, 'list'>,
  query: SessionQuery = {},
): AsyncGenerator<ListedSession> {
  const ofOne = 'user' in query || 'userId' in query
  const userId = 'user' in query ? query.user?.id : query.userId
  // Whoever asks for one user and has none in hand gets nobody's sessions, and never those of everybody.
  if (ofOne && typeof userId !== 'string') return
  for await (const record of sessions.list(typeof userId === 'string' ? { userId } : {})) {
    yield { ...record, device: deviceOf(record.userAgent), current: record.id === query.current?.id }
  }
}
