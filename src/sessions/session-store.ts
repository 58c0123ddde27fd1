/**
 * A store of live sessions, which tells every process that follows it about changes.
 *
 * Changes are numbered by revisions, and the revisions decide the order. Why: the clocks of nodes differ. A session
 * holds the latest revision at the time when its password was checked. Changes with a higher revision concern the
 * session.
 *
 * Most requests go without the store: it is asked at logins, at the end of leases and for administration. Every error
 * of a store counts as an outage. Implementations run `sessionStoreContract` of `ostiary/testing/contracts`.
 */
export interface SessionStore {
  readonly name: string

  /**
   * True when several machines can share the store; false for a file or the memory of one machine. `createAuth` warns
   * when sessions are shared and users are local. Unknown by default.
   */
  readonly shared?: boolean

  /**
   * Resolves to the latest revision. Revisions only grow, even when the store loses its data. A store that may lose its
   * data takes revisions from its own clock.
   */
  revision(): Promise<number>

  /**
   * Keeps a new session. Resolves to `false` and keeps nothing when a change after `revision` has revoked the sessions
   * of the user or of all users, or the logins of the user. When the promise resolves, the session survives a crash of
   * this process, as far as the store itself survives.
   */
  start(record: SessionRecord, revision: number): Promise<boolean>

  /**
   * Confirms a session at the end of a lease. Resolves to the latest revision while the session is live; to null when
   * it is unknown, revoked or expired. Records `at` as the time of last use.
   */
  confirm(sessionId: string, at: number): Promise<number | null>

  /**
   * Records a change: gives it a revision, makes it durable, ends the sessions that it revokes, and tells all
   * followers. Followers in other processes are told within a second. When the promise resolves, only the loss of the
   * store can undo the change. `until` of a `session-revoked` becomes the expiry of that session, where it is known.
   */
  record(change: NewSessionChange, now: number): Promise<RecordedChange>

  /**
   * Lists the sessions that are live at `now`, of all users or of one user, oldest first. Reads in portions. Why: there
   * may be millions.
   */
  list(query: { readonly userId?: string; readonly now: number }): AsyncIterable<SessionRecord>

  /**
   * Delivers all changes that still matter, then resolves. Afterwards it delivers new changes of all processes, until
   * the returned function is called. A change may be delivered twice.
   *
   * When changes may be missing, such as after a lost connection, the store calls `onConnected(false)` within a few
   * seconds. It calls `onConnected(true)` once it has delivered all missed changes.
   */
  follow(
    listener: (changes: readonly SessionChange[]) => void,
    onConnected?: (connected: boolean) => void,
  ): Promise<() => Promise<void>>

  /** Opens and migrates the store. Called before every other function. */
  ready?(): Promise<void>
}

/** A session as the store keeps it. All times are milliseconds since 1970-01-01 UTC. */
export interface SessionRecord {
  readonly id: string
  readonly userId: string
  /** The name of the user when the session started, for lists of sessions. */
  readonly userName: string
  readonly startedAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
  readonly persistent: boolean
  /**
   * Client address of the login, like the user agent cut to {@link MAX_ORIGIN_LENGTH} characters. Null when unknown.
   */
  readonly clientAddress: string | null
  readonly userAgent: string | null
}

/** The number of characters of `clientAddress` and of `userAgent` that are kept. */
export const MAX_ORIGIN_LENGTH = 255

/** A change that every process must know until `until`: the time when the last cookie that it concerns has expired. */
export type NewSessionChange = { readonly until: number } & (
  | { readonly type: 'session-revoked'; readonly subject: string }
  /** Ends the sessions of the user. */
  | { readonly type: 'user-revoked'; readonly subject: string }
  /**
   * Refuses new sessions whose password was checked earlier. Live sessions go on. Why: the password may have changed.
   */
  | { readonly type: 'logins-revoked'; readonly subject: string }
  /** Reports a changed account: sessions that were confirmed earlier are stale, and read the account again. */
  | { readonly type: 'user-stale'; readonly subject: string }
  /** Ends all sessions. */
  | { readonly type: 'all-revoked'; readonly subject: null }
)

/** Tells whether a change ends live sessions. */
export function endsSessions({ type }: NewSessionChange): boolean {
  return type !== 'user-stale' && type !== 'logins-revoked'
}

/** A change with its revision, at least 1. The change concerns sessions with lower revisions. */
export type SessionChange = NewSessionChange & { readonly revision: number }

/** A change as the store keeps it, and its effect. */
export interface RecordedChange {
  readonly change: SessionChange
  /** The number of live sessions that the change ended. */
  readonly ended: number
}

/** The sessions to end. A `user` is a `source:id`. */
export type RevocationTarget =
  | { readonly session: string }
  /** The session, but only when it belongs to the user. */
  | { readonly user: string; readonly session: string }
  | { readonly user: string }
  /** All sessions of the user except one. */
  | { readonly user: string; readonly except: string }
  | 'all'
