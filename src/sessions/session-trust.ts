import type { Session } from './session.ts'

/**
 * The revocations, for credentials that are trusted for the length of a lease as sessions are, such as tokens. Works
 * without I/O, but for `end`.
 */
export interface SessionTrust {
  /** The length of a lease in milliseconds. */
  readonly leaseMs: number
  /**
   * Tells whether a credential was revoked, or its account changed, since the given revisions. A credential has an id
   * of 32 hexadecimal digits, unlike that of any session.
   */
  stateOf(
    credential: Pick<Session, 'id' | 'userId' | 'startedAtRevision' | 'confirmedAtRevision'>,
  ): 'valid' | 'stale' | 'revoked'
  /** Tells whether the revocations are complete enough to trust a lease. */
  isTrusted(): boolean
  /**
   * Ends a credential, at once here and within a second on all other nodes.
   *
   * @throws {SessionUnavailableError} when the session store fails to answer.
   */
  end(id: string): Promise<void>
}
