import { LRUCache } from 'lru-cache'
import { ConfigurationError } from '../errors.ts'
import type { User } from '../users/user.ts'
import type { Keyring } from './keyring.ts'
import { unseal } from './seal.ts'
import { decodeSession, type Session } from './session.ts'
import { sizeOf } from './session-size.ts'

/** Reads sealed sessions, and remembers those that it has read: to decrypt one again would tell the same. */
export interface SessionReader {
  /** What is in it. Undefined when it was not sealed by us. Says nothing about whether it still counts. */
  read(sealed: string): ReadSession | undefined
  /** How many are remembered. */
  readonly size: number
  /** At most how many bytes of the heap they take. */
  readonly bytes: number
}

/** What is in a sealed session. */
export interface ReadSession {
  readonly session: Session
  /** Whose it is: worked out when it is first asked for. */
  readonly user: User
}

/**
 * A reader that remembers `maxRemembered` sessions, those that were used last, in no more than 2.5 kB each on average:
 * where sessions are larger, fewer are remembered.
 *
 * One is found by its authentication tag, and counts only when the whole of it is the same: whoever knows a tag
 * cannot borrow what belongs to it. What does not unseal is not remembered. When the keys change, all is forgotten.
 */
export function createSessionReader(
  keyring: () => Keyring,
  userOf: (session: Session) => User,
  maxRemembered: number,
): SessionReader {
  const remembered =
    maxRemembered > 0
      ? new LRUCache<string, Read>({ max: maxRemembered, maxSize: maxRemembered * AVERAGE_SIZE })
      : undefined
  let ringInForce: Keyring | undefined

  return {
    read(sealed) {
      const ring = keyring()
      if (ring !== ringInForce) {
        remembered?.clear()
        ringInForce = ring
      }
      const known = remembered?.get(tagOf(sealed))
      if (known?.sealed === sealed) return known

      const text = unseal(ring, sealed)
      const session = text === undefined ? undefined : decodeSession(text)
      if (text === undefined || session === undefined) return undefined
      if (!remembered) return new Read(sealed, session, userOf)
      const read = new Read(copy(sealed), session, userOf)
      remembered.set(tagOf(read.sealed), read, { size: sizeOf(session, sealed, text) })
      return read
    },

    get size() {
      return remembered?.size ?? 0
    },

    get bytes() {
      return remembered?.calculatedSize ?? 0
    },
  }
}

/** @throws {ConfigurationError} when it is no number of sessions. */
export function readCacheSize(cache = 65_536): number {
  if (Number.isSafeInteger(cache) && cache >= 0 && cache <= MOST_REMEMBERED) return cache
  throw new ConfigurationError(`sessions.cache is a whole number from 0 to ${MOST_REMEMBERED}.`)
}

class Read implements ReadSession {
  readonly sealed: string
  readonly session: Session
  readonly #userOf: (session: Session) => User
  #user: User | undefined

  constructor(sealed: string, session: Session, userOf: (session: Session) => User) {
    this.sealed = sealed
    this.session = session
    this.#userOf = userOf
  }

  get user(): User {
    this.#user ??= this.#userOf(this.session)
    return this.#user
  }
}

/** 16 bytes in base64url. */
const TAG_LENGTH = 22
const MOST_REMEMBERED = 1_000_000
const AVERAGE_SIZE = 2500

function tagOf(sealed: string): string {
  return sealed.slice(-TAG_LENGTH)
}

/** A text of its own, which does not hold on to the header that it was a part of. */
function copy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
