import { type ListedSession, listSessions, type SessionQuery } from '../sessions/listed-session.ts'
import type { SessionEnds } from '../sessions/revocation/session-ends.ts'
import type { RevocationTarget, SessionStore } from '../sessions/session-store.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { AuditLogger } from './audit-logger.ts'

/** The actions of an administrator on sessions. */
export interface SessionAdministration {
  /** The name of the store, such as `memory` or `sql`. */
  readonly storeName: string
  /** Lists the live sessions, oldest first: of all users, or of one user. */
  list(query?: SessionQuery): AsyncIterable<ListedSession>
  /**
   * Ends sessions, at once here and within a second on all other nodes. Resolves to the number of ended sessions.
   *
   * Ending the sessions of a user also affects the user's logins in progress: they are checked once more.
   *
   * @throws {SessionUnavailableError} when the store does not answer. Sessions that were not ended stay alive.
   */
  revoke(target: RevocationTarget): Promise<number>
  /**
   * Calls back once, as soon as this process knows that a session has ended. Calls at once when it has ended already.
   * Returns a function that stops listening.
   *
   * `sessionSignal(request)` of `ostiary/fastify` does the same for as long as a request has its connection.
   */
  onEnd: SessionEnds['onEnd']
}

/** Returns the session administration, which records the revocations of administrators in the audit log. */
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
