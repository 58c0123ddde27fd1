import { LRUCache } from 'lru-cache'
import type { CoreServices } from '../http/index.ts'
import type { User } from '../index.ts'

/** A credential that was checked, trusted for the length of a lease. */
export interface Checked {
  readonly user: User
  readonly userId: string
  /** 32 hexadecimal digits. Revoked by `trust.end`. */
  readonly id: string
  /** The revision of the session store from before the check. */
  readonly revision: number
  /** The end of the credential, in milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number
}

/** The credentials that were checked lately. */
export interface LeaseCache {
  /**
   * Returns the user of a credential within its lease. Otherwise asks `check`, once for all requests that wait.
   * Resolves to undefined for an invalid credential.
   */
  userOf(key: string, check: () => Promise<Checked | undefined>): User | Promise<User | undefined> | undefined
}

/**
 * Keeps at most 10,000 credentials for a lease, and 10,000 invalid ones for five seconds. Why the latter: a client that
 * repeats an invalid credential must not cost a query each time.
 */
export function createLeaseCache({ clock, trust }: CoreServices): LeaseCache {
  const checked = new LRUCache<string, Checked & { readonly leaseUntil: number }>({ max: MOST })
  const invalid = new LRUCache<string, { readonly until: number }>({ max: MOST })
  const asking = new Map<string, Promise<User | undefined>>()

  async function ask(key: string, check: () => Promise<Checked | undefined>): Promise<User | undefined> {
    const leaseUntil = clock() + trust.leaseMs
    const found = await check()
    if (!found) {
      checked.delete(key)
      invalid.set(key, { until: clock() + INVALID_MS })
      return undefined
    }
    checked.set(key, { ...found, leaseUntil })
    return found.user
  }

  return {
    userOf(key, check) {
      const now = clock()
      const known = checked.get(key)
      if (known && now < known.leaseUntil && known.leaseUntil <= now + trust.leaseMs && now < known.expiresAt) {
        const { id, userId, revision } = known
        const state = trust.stateOf({ id, userId, startedAtRevision: revision, confirmedAtRevision: revision })
        if (state === 'valid' && trust.isTrusted()) return known.user
      }
      const refused = invalid.get(key)
      if (refused && now < refused.until && refused.until <= now + INVALID_MS) return undefined
      const running = asking.get(key)
      if (running !== undefined) return running
      const started = ask(key, check).finally(() => asking.delete(key))
      asking.set(key, started)
      return started
    },
  }
}

const MOST = 10_000
const INVALID_MS = 5000
