import { hashTag } from './hash-tag.ts'

/**
 * Where things are. The braces make one hash tag of the prefix: in a cluster all keys are in one slot, so that a script
 * finds them all where it runs, those that it comes upon by itself included.
 */
export interface SessionKeys {
  /** A hash for each session. It is gone when the session has expired. */
  session(id: string): string
  /** The sessions of a user, by when they expire. */
  user(id: string): string
  /** All sessions, by when they started: members are compared as text. */
  readonly started: string
  /** All sessions, by when they expire. */
  readonly expiring: string
  /** The number of the latest change that ended all sessions of a user, for as long as that matters. */
  revoked(userId: string): string
  /**
   * A hash: the number of the `latest` change, that of the one when `allRevoked` was said, and `knownSince`, after which
   * no change was lost.
   */
  readonly numbers: string
  /** A stream of changes. */
  readonly changes: string
  /** The changes of the stream, by when they do not matter any more. */
  readonly outdated: string
}

/** @throws {ConfigurationError} when the prefix cannot be one. */
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

/** What stands for a session in an index: its start in sixteen digits, so that text sorts as time does, and its id. */
export function memberOf({ id, startedAt }: { readonly id: string; readonly startedAt: number }): string {
  return `${String(Math.ceil(startedAt)).padStart(START_DIGITS, '0')}:${id}`
}

export function idOf(member: string): string {
  return member.slice(START_DIGITS + 1)
}

const START_DIGITS = 16
