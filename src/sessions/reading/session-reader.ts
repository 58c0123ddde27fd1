import { LRUCache } from 'lru-cache'
import { ConfigurationError } from '../../errors.ts'
import type { Keyring } from '../../sealing/keyring.ts'
import { unseal } from '../../sealing/seal.ts'
import type { NamedCookie } from '../../sealing/sealed-cookie.ts'
import type { User } from '../../users/user.ts'
import { decodeSession, type Session } from '../session.ts'
import { type FromHeader, RecentHeaders } from './recent-headers.ts'
import { sizeOf } from './session-size.ts'

/** Reads sealed sessions, and remembers those that it has read: to decrypt one again would tell the same. */
export interface SessionReader {
  /** What is in it. Undefined when it was not sealed by us. Says nothing about whether it still counts. */
  read(sealed: string): ReadSession | undefined
  /** The same, of the cookie in a header. `'none'` when there is none; undefined also when there are several. */
  readCookie(header: string, cookie: NamedCookie): ReadSession | 'none' | undefined
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
 * One is found by its authentication tag, or by the header that it came in, and counts only when the whole of it is the
 * same: whoever knows a part cannot borrow what belongs to it. What does not unseal is not remembered. When the keys
 * change, all is forgotten.
 */
export function createSessionReader(
  keyring: () => Keyring,
  userOf: (session: Session) => User,
  maxRemembered: number,
): SessionReader {
  const headers = new RecentHeaders<Read>()
  const remembered =
    maxRemembered > 0
      ? new LRUCache<number, Read>({
          max: maxRemembered,
          maxSize: maxRemembered * AVERAGE_SIZE,
          dispose: (read) => headers.forget(read),
        })
      : undefined
  let ringInForce: Keyring | undefined

  /** The keys, once nothing is remembered that others have unsealed. */
  function keysInForce(): Keyring {
    const ring = keyring()
    if (ring !== ringInForce) {
      remembered?.clear()
      ringInForce = ring
    }
    return ring
  }

  function read(sealed: string): Read | undefined {
    const ring = keysInForce()
    const place = placeOf(sealed)
    const known = remembered?.get(place)
    if (known?.sealed === sealed) return known

    const text = unseal(ring, sealed)
    const session = text === undefined ? undefined : decodeSession(text)
    if (text === undefined || session === undefined) return undefined
    if (!remembered) return new Read(sealed, place, session, userOf)
    const fresh = new Read(copy(sealed), place, session, userOf)
    remembered.set(place, fresh, { size: sizeOf(session, sealed, text) })
    return fresh
  }

  return {
    read,

    readCookie(header, cookie) {
      const known = headers.find(header, cookie)
      if (known) {
        keysInForce()
        if (remembered?.get(known.place) === known) return known
      }
      const found = cookie.read(header)
      if (found === undefined) return 'none'
      // One of them was planted, and nobody can say which.
      if (found === 'duplicate') return undefined
      const session = read(found.value)
      // One that is too large to be remembered is not to be found by its header either.
      if (session && remembered?.peek(session.place) === session) headers.offer(header, cookie, session)
      return session
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

class Read implements ReadSession, FromHeader {
  readonly sealed: string
  readonly place: number
  readonly session: Session
  header: string | null = null
  cookie: NamedCookie | null = null
  readonly #userOf: (session: Session) => User
  #user: User | undefined

  constructor(sealed: string, place: number, session: Session, userOf: (session: Session) => User) {
    this.sealed = sealed
    this.place = place
    this.session = session
    this.#userOf = userOf
  }

  get user(): User {
    this.#user ??= this.#userOf(this.session)
    return this.#user
  }
}

const MOST_REMEMBERED = 1_000_000
const AVERAGE_SIZE = 2500

/**
 * Where to look for a session: a number from the last characters of its tag, which are as good as random. Only the very
 * last one is left out, which has no more than two bits. Of two sessions with one number, as there may be among very
 * many, the one that was read last is remembered.
 */
function placeOf(sealed: string): number {
  let place = 0
  for (let at = sealed.length - 9; at < sealed.length - 1; at += 1)
    place = (Math.imul(place, 61) + sealed.charCodeAt(at)) | 0
  return place
}

/** A text of its own, which does not hold on to the header that it was a part of. */
function copy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
