import { hashTag } from './hash-tag.ts'

/**
 * The names of keys. The braces make the prefix one hash tag, so that a cluster keeps all keys in one slot. Why: a
 * script also uses keys whose names it builds itself.
 */
export interface SessionKeys {
  /** A hash for each session. Redis removes it when the session expires. */
  session(id: string): string
  /** The sessions of a user, ordered by expiry. */
  user(id: string): string
  /** All sessions, ordered by start. Members are compared as text. */
  readonly started: string
  /** All sessions, ordered by expiry. */
  readonly expiring: string
  /** The number of the latest change that ended all sessions of a user, as long as it matters. */
  revoked(userId: string): string
  /**
   * A hash with three numbers. `latest`: the latest change. `allRevoked`: the latest change that ended all sessions.
   * `knownSince`: the number after which all changes are known.
   */
  readonly numbers: string
  /** The stream of changes. */
  readonly changes: string
  /** The changes of the stream, ordered by the time after which they are irrelevant. */
  readonly outdated: string
}

/**
 * Builds the names of keys.
 *
 * @throws {ConfigurationError} when the prefix is empty, or contains spaces or braces.
 */
export function sessionKeys(prefix: string): SessionKeys {
  const tag = hashTag(prefix)
  return {
    session: (id) => `${tag}:session:${id}`,
    user: (id) => `${tag}:user:${id}`,
    revoked: (userId) => `${tag}:revoked:${userId}`,
    started: `${tag}:started`,
    expiring: `${tag}:expiring`,
    numbers: `${tag}:numbers`,
    changes: `${tag}:changes`,
    outdated: `${tag}:outdated`,
  }
}

/**
 * Returns the member of a session in an index: its start in sixteen digits, and its id. Why sixteen digits: text then
 * sorts in the order of time.
 */
export function memberOf({ id, startedAt }: { readonly id: string; readonly startedAt: number }): string {
  return `${String(Math.ceil(startedAt)).padStart(START_DIGITS, '0')}:${id}`
}

export function idOf(member: string): string {
  return member.slice(START_DIGITS + 1)
}

const START_DIGITS = 16
