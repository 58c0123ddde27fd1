import { ConfigurationError } from '../errors.ts'

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
  /** How often all sessions were revoked. One that bears an older number has ended, wherever it is still mentioned. */
  readonly generation: string
  /** A stream of changes. */
  readonly changes: string
  /** The changes of the stream, by when they do not matter any more. */
  readonly outdated: string
}

/** @throws {ConfigurationError} when the prefix cannot be one. */
export function sessionKeys(prefix: string): SessionKeys {
  if (typeof prefix !== 'string' || !/^[^{}\s]+$/.test(prefix)) {
    throw new ConfigurationError('prefix must be a text without spaces and braces, such as "ostiary".')
  }
  const tag = `{${prefix}}`
  return {
    session: (id) => `${tag}:session:${id}`,
    user: (id) => `${tag}:user:${id}`,
    started: `${tag}:started`,
    expiring: `${tag}:expiring`,
    generation: `${tag}:generation`,
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
