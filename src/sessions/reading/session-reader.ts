import { LRUCache } from 'lru-cache'
import { ConfigurationError } from '../../errors.ts'
import type { Keyring } from '../../sealing/keyring.ts'
import { unseal } from '../../sealing/seal.ts'
import type { NamedCookie } from '../../sealing/sealed-cookie.ts'
import type { User } from '../../users/user.ts'
import { decodeSession, type Session } from '../session.ts'
import { type FromHeader, RecentHeaders } from './recent-headers.ts'
import { sizeOf } from './session-size.ts'

/** Reads sealed sessions, and caches them. Why: decrypting a session again would give the same. */
export interface SessionReader {
  /** Unseals a session. Undefined when it was sealed elsewhere. Leaves open whether the session is live. */
  read(sealed: string): ReadSession | undefined
  /** Reads the cookie in a header. `'none'` when the cookie is missing; undefined also when it comes several times. */
  readCookie(header: string, cookie: NamedCookie): ReadSession | 'none' | undefined
  /** The number of cached sessions. */
  readonly size: number
  /** An upper bound of the bytes of heap that the cached sessions take. */
  readonly bytes: number
}

/** The content of a sealed session. */
export interface ReadSession {
  readonly session: Session
  /** The user of the session, made at the first access. */
  readonly user: User
}

/**
 * Creates a reader that caches the last `maxRemembered` sessions that were used, with at most 2.5 kB each on average.
 * When sessions are larger, fewer are cached.
 *
 * A session is found by its authentication tag or by its header, and counts only when the whole text matches. Why: a
 * part of the text must not give access to the session. Only sessions that unseal are cached. The cache is cleared when
 * the keys change.
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

  /** Returns the present keys. Clears the cache when the keys have changed. */
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
      // One of the cookies may be planted, and they look alike: all are refused.
      if (found === 'duplicate') return undefined
      const session = read(found.value)
      // A session that is too large for the cache is left out of the headers too.
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

/** @throws {ConfigurationError} when the size is outside its range or fractional. */
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
 * Returns the cache key of a session: a number from the last characters of its tag, which are as good as random. The
 * very last character is left out. Why: it holds only two bits. Among very many sessions, two may have the same key;
 * the one that was read last is cached.
 */
function placeOf(sealed: string): number {
  let place = 0
  for (let at = sealed.length - 9; at < sealed.length - 1; at += 1)
    place = (Math.imul(place, 61) + sealed.charCodeAt(at)) | 0
  return place
}

/** Returns a copy of a text. Why: a part of a header would keep the whole header in memory. */
function copy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
