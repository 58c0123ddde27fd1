import { hash, randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { CookieContext, CookieOrigin } from '../request-context.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { seal, unseal } from '../sealing/seal.ts'
import type { SessionCookie } from '../sealing/sealed-cookie.ts'
import { cookieHeaderOf } from '../sessions/authenticate-request.ts'

/**
 * Browsers that somebody has signed in with before. Such a browser carries a sealed cookie that says for which accounts,
 * and its wrong attempts at those are counted apart from everybody else's (OWASP, "Slow Down Online Guessing Attacks with
 * Device Cookies"). So a stranger who hammers at a name does not lock its owner out.
 *
 * The cookie is no sign of who somebody is, and lets nobody in. Without it, or with one that is not ours, expired or of
 * another account, one is a stranger.
 */
export interface KnownDevices {
  /** The id of the browser, when it is known for this account. */
  find(context: CookieContext, accountName: string): string | undefined
  /**
   * Whether the browser has signed in as this very person (`source:id`). Why: two people may share a name, each at a
   * source of their own.
   */
  hasBeen(context: CookieContext, userId: string): boolean
  /** A sealed cookie for a browser that has just signed in under this name, as this person. */
  remember(context: CookieContext, accountName: string, userId: string): string
  /** The `Set-Cookie` header of it. */
  setCookie(sealed: string, context: CookieOrigin): string
}

export function createKnownDevices(
  cookie: SessionCookie,
  keyring: () => Keyring,
  lifetimeMs: number,
  clock: Clock,
): KnownDevices {
  function read(context: CookieContext): Device | undefined {
    const found = cookie.for(context).read(cookieHeaderOf(context))
    // Of two, one was planted.
    const text = found && found !== 'duplicate' ? unseal(keyring(), found.value) : undefined
    const device = text === undefined ? undefined : decode(text)
    if (!device) return undefined
    // One that ends later than any that is made now is of a clock that has been set back since, or of other options.
    const now = clock()
    return { ...device, accounts: device.accounts.filter(([, until]) => now < until && until <= now + lifetimeMs) }
  }

  return {
    find(context, accountName) {
      const device = read(context)
      if (!device) return undefined
      const digest = digestOf(accountName)
      return device.accounts.some(([account]) => account === digest) ? device.id : undefined
    },

    hasBeen(context, userId) {
      const digest = digestOf(personOf(userId))
      return read(context)?.accounts.some(([account]) => account === digest) ?? false
    },

    remember(context, accountName, userId) {
      const { id, accounts } = read(context) ?? { id: randomBytes(12).toString('base64url'), accounts: [] }
      const digests = [accountName, personOf(userId)].map(digestOf)
      const latest = digests.map((digest) => [digest, clock() + lifetimeMs])
      const others = accounts.filter(([account]) => !digests.includes(account)).slice(0, MOST_DIGESTS - digests.length)
      return seal(keyring(), JSON.stringify([VERSION, id, [...latest, ...others]]))
    },

    setCookie: (sealed, context) => cookie.for(context).set(sealed, lifetimeMs / 1000),
  }
}

interface Device {
  readonly id: string
  /** The digest of a name or of a person, and until when; the latest first. */
  readonly accounts: readonly (readonly [string, number])[]
}

const VERSION = 1
/** A name and a person each, of eight people who share a browser. */
const MOST_DIGESTS = 16

/** No name has a line break, so no name is taken for a person. */
const personOf = (userId: string): string => `\n${userId}`

/** Without a key: it only ever stands under the seal, and stays the same when keys change. */
function digestOf(accountName: string): string {
  return hash('sha256', accountName, 'base64url').slice(0, 22)
}

/** What is sealed was written here, though perhaps by another version. */
function decode(text: string): Device | undefined {
  try {
    const [version, id, accounts] = JSON.parse(text) as [unknown, unknown, unknown]
    if (version !== VERSION || typeof id !== 'string' || !Array.isArray(accounts)) return undefined
    const usable = accounts.every(([account, until]) => typeof account === 'string' && typeof until === 'number')
    return usable ? { id, accounts } : undefined
  } catch {
    return undefined
  }
}
