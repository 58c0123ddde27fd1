/**
 * Remembers which sessions live, and tells every process that follows it what has changed.
 *
 * Requests do not wait for it: a store is asked when a session starts, when its lease ends and when somebody
 * administers. What it throws means that it cannot tell now. Whoever implements it runs `sessionStoreContract`
 * of `ostiary/testing`.
 */
export interface SessionStore {
  readonly name: string

  /** Keeps a new session. When it resolves, the session survives a crash of this process, if anything in the store does. */
  start(record: SessionRecord): Promise<void>

  /** At the end of a lease: whether the session still lives, neither revoked nor expired. Notes that it was seen at `at`. */
  confirm(sessionId: string, at: number): Promise<boolean>

  /**
   * Makes a change last, ends the sessions that it revokes, and tells all followers, those in other processes within
   * a second. Resolves when nothing but the loss of the store can undo it, to the change as it took effect: `at` is
   * later than asked where the store knows a session of the user that started (for `user-stale`: was seen) later still,
   * on a node whose clock is ahead; and `until` of `session-revoked` is when that session would have expired.
   */
  record(change: SessionChange, now: number): Promise<RecordedChange>

  /** The sessions that live at `now`, of everybody or of one user, oldest first. Reads as it goes: there may be millions. */
  list(query: { readonly userId?: string; readonly now: number }): AsyncIterable<SessionRecord>

  /**
   * Delivers all changes that still matter, then resolves; and from then on delivers what comes, from whatever process,
   * until the returned function is called. A change may be delivered twice.
   *
   * `onHearing` is told `false` as soon as something may have been missed, and `true` once all that was missed has been
   * delivered. Whoever can follow hears: it is not called before the first interruption.
   */
  follow(
    listener: (changes: readonly SessionChange[]) => void,
    onHearing?: (hearing: boolean) => void,
  ): Promise<() => Promise<void>>

  /** Makes ready: opens, migrates. Called before anything else. */
  ready?(): Promise<void>
}

/** What a store keeps of a session. All times are milliseconds since 1970. */
export interface SessionRecord {
  readonly id: string
  readonly userId: string
  /** The user's name when the session started, for people who look at a list. */
  readonly userName: string
  readonly startedAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
  readonly persistent: boolean
}

/** Something that every process must know about sessions until `until`, when the last cookie that it concerns has expired. */
export type SessionChange = { readonly at: number; readonly until: number } & (
  | { readonly type: 'session-revoked'; readonly subject: string }
  /** Ends the user's sessions that started no later than `at`. */
  | { readonly type: 'user-revoked'; readonly subject: string }
  /** The user's account changed: sessions confirmed no later than `at` ask again before they are believed. */
  | { readonly type: 'user-stale'; readonly subject: string }
  /** Ends all sessions that started no later than `at`. */
  | { readonly type: 'all-revoked'; readonly subject: null }
)

/** A change as the store keeps it, which may have moved its times, and what came of it. */
export interface RecordedChange {
  readonly change: SessionChange
  /** How many living sessions it ended. */
  readonly ended: number
}

/** Which sessions to end: one by its id, all of a user by `source:id`, or everybody's. */
export type RevocationTarget = { readonly session: string } | { readonly user: string } | 'all'
