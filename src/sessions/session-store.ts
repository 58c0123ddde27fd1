/**
 * Remembers which sessions live, and tells every process that follows it what has changed.
 *
 * Changes are numbered. What came before what is never decided by clocks, which differ from node to node: a session knows
 * the number of the latest change at the time when its password was checked, and what has a higher number concerns it.
 *
 * Requests do not wait for a store: it is asked when somebody signs in, when a lease ends and when somebody administers.
 * What it throws means that it cannot tell now. Whoever implements it runs `sessionStoreContract` of `ostiary/testing/contracts`.
 */
export interface SessionStore {
  readonly name: string

  /**
   * Whether several machines can share what it keeps: false for a file or the memory of one machine. `createAuth` warns
   * where sessions are shared and users are not. Default: it does not say.
   */
  readonly shared?: boolean

  /**
   * The number of the latest change. It never goes back, not even when the store loses what it knew: one that may lose
   * it numbers by a clock of its own.
   */
  revision(): Promise<number>

  /**
   * Keeps a new session, unless a change after `revision` ends all sessions of its user or of everybody, or the user's
   * logins: then it keeps nothing and says `false`. When it resolves, the session survives a crash of this process, if
   * anything in the store does.
   */
  start(record: SessionRecord, revision: number): Promise<boolean>

  /**
   * At the end of a lease: the number of the latest change, if the session still lives, neither revoked nor expired;
   * otherwise null. Notes that it was seen at `at`.
   */
  confirm(sessionId: string, at: number): Promise<number | null>

  /**
   * Gives a change its number, makes it last, ends the sessions that it revokes, and tells all followers, those in other
   * processes within a second. Resolves when nothing but the loss of the store can undo it. `until` of a
   * `session-revoked` becomes the time when that session would have expired, where that is known.
   */
  record(change: NewSessionChange, now: number): Promise<RecordedChange>

  /** The sessions that live at `now`, of everybody or of one user, oldest first. Reads as it goes: there may be millions. */
  list(query: { readonly userId?: string; readonly now: number }): AsyncIterable<SessionRecord>

  /**
   * Delivers all changes that still matter, then resolves; and from then on delivers what comes, from whatever process,
   * until the returned function is called. A change may be delivered twice.
   *
   * When it may be missing something, such as after a lost connection, it says `onConnected(false)` within a few seconds;
   * and `onConnected(true)` once it has delivered all that it missed.
   */
  follow(
    listener: (changes: readonly SessionChange[]) => void,
    onConnected?: (connected: boolean) => void,
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
  /** Where it was started from, and with what: as the request said, cut to {@link MAX_ORIGIN_LENGTH}. Null when unknown. */
  readonly clientAddress: string | null
  readonly userAgent: string | null
}

/** How many characters of `clientAddress` and of `userAgent` are kept. */
export const MAX_ORIGIN_LENGTH = 255

/** Something that every process must know about sessions until `until`, when the last cookie that it concerns has expired. */
export type NewSessionChange = { readonly until: number } & (
  | { readonly type: 'session-revoked'; readonly subject: string }
  /** Ends the user's sessions. */
  | { readonly type: 'user-revoked'; readonly subject: string }
  /** Ends no session, but keeps those from starting whose password was checked before: it may have changed. */
  | { readonly type: 'logins-revoked'; readonly subject: string }
  /** The user's account changed: sessions that were confirmed before ask again before they are believed. */
  | { readonly type: 'user-stale'; readonly subject: string }
  /** Ends all sessions. */
  | { readonly type: 'all-revoked'; readonly subject: null }
)

/** Whether a change ends sessions that live. */
export function endsSessions({ type }: NewSessionChange): boolean {
  return type !== 'user-stale' && type !== 'logins-revoked'
}

/** A change with its number, at least 1. It concerns the sessions whose own numbers are lower. */
export type SessionChange = NewSessionChange & { readonly revision: number }

/** A change as the store keeps it, and what came of it. */
export interface RecordedChange {
  readonly change: SessionChange
  /** How many living sessions it ended. */
  readonly ended: number
}

/** Which sessions to end. A `user` is a `source:id`. */
export type RevocationTarget =
  | { readonly session: string }
  /** That session if it is one of the user's, and otherwise none. */
  | { readonly user: string; readonly session: string }
  | { readonly user: string }
  /** All of the user's but this one. */
  | { readonly user: string; readonly except: string }
  | 'all'
