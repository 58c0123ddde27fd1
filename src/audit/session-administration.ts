import { type ListedSession, listSessions, type SessionQuery } from '../sessions/listed-session.ts'
import type { SessionEnds } from '../sessions/revocation/session-ends.ts'
import type { RevocationTarget, SessionStore } from '../sessions/session-store.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { AuditLogger } from './audit-logger.ts'

/** What an administrator may do about sessions. */
export interface SessionAdministration {
  /** The name of the store, such as `memory` or `sql`. */
  readonly storeName: string
  /** The sessions that live, oldest first: of everybody, or of one user. */
  list(query?: SessionQuery): AsyncIterable<ListedSession>
  /**
   * Ends sessions at once, here and within a second everywhere. Resolves to how many it ended. What ends sessions of a
   * user has logins of that user that are under way checked once more.
   *
   * @throws {SessionUnavailableError} when the store does not answer: what was not ended lives on.
   */
  revoke(target: RevocationTarget): Promise<number>
  /**
   * Calls back once, as soon as this process knows that a session has ended; at once when it has ended already. Returns
   * what stops that. `sessionSignal(request)` of `ostiary/fastify` does it for as long as a request has its connection.
   */
  onEnd: SessionEnds['onEnd']
}

/** The face of the sessions that administrators see: what they end is in the audit. */
export function administer(sessions: Sessions, store: SessionStore, audit: AuditLogger): SessionAdministration {
  return Object.freeze({
    storeName: store.name,
    list: (query?: SessionQuery) => listSessions(sessions, query),
    onEnd: sessions.onEnd,
    async revoke(target: RevocationTarget) {
      const ended = await sessions.revoke(target)
      audit.record({ type: 'session.revoked', target, ended })
      return ended
    },
  })
}
