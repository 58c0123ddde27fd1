import { afterLongTerm, OUTAGE_FACTOR } from './throttle.ts'
import {
  accountSubject,
  clientKey,
  devicesKey,
  devicesOf,
  levelKey,
  longTermKey,
  outageKey,
  type ReadKey,
  readKey,
  type ThrottleLimit,
} from './throttle-keys.ts'
import type { ThrottleSettings } from './throttle-options.ts'
import type { ThrottleCount, ThrottleStore } from './throttle-store.ts'

/** What an administrator may see and do about throttled logins. What the store throws comes through. */
export interface ThrottleAdministration {
  /** The name of the store, such as `memory` or `sql`. */
  readonly storeName: string
  /**
   * Whether what stands for a user name here is what stands for it in other processes. It is not where each of them made
   * up a secret of its own.
   */
  readonly knowsNames: boolean
  /** Who is refused or delayed now; with a user name, as far as it concerns that account. */
  list(query?: { readonly username?: string }): AsyncIterable<ThrottledSubject>
  /** Forgets what was counted. Resolves to how many counts that was: also of those who were not refused or delayed yet. */
  clear(target: ThrottleTarget): Promise<number>
}

/** Whose attempts to forget: those at an account, those of a client address (or of a network, as it is listed), or all. */
export type ThrottleTarget = { readonly username: string } | { readonly clientAddress: string } | 'all'

/** Somebody who is refused or delayed. */
export interface ThrottledSubject {
  readonly limit: ThrottleLimit
  /** A client's network, or what stands for an account: its name cannot be read from that. Empty for the overall limit. */
  readonly subject: string
  readonly state: 'refused' | 'delayed'
  readonly attempts: number
  readonly until: number
}

export function administerThrottle(
  settings: ThrottleSettings,
  store: ThrottleStore,
  clearLocally: (key: string | 'all') => Promise<number>,
  accountsOf: (username: string) => readonly string[],
  networkOf: (clientAddress: string) => string | undefined,
  knowsNames: boolean,
): ThrottleAdministration {
  function stateOf({ count }: ThrottleCount, limit: ThrottleLimit): ThrottledSubject['state'] | undefined {
    const { account, client, overall } = settings
    if (limit === 'client') return client && count >= client.attempts ? 'refused' : undefined
    if (limit === 'overall') return overall && count >= overall.attempts ? 'refused' : undefined
    // A few are still let through.
    if (limit === 'long-term') return count >= account.longTerm.attempts ? 'delayed' : undefined
    if (limit === 'outage') return count >= account.attempts * OUTAGE_FACTOR ? 'refused' : undefined
    if (count >= account.attempts) return 'refused'
    return count >= account.undelayed ? 'delayed' : undefined
  }

  /** Where strangers have reached the limit in the long run, fewer attempts are let through. */
  async function isRefusedForLong({ count }: ThrottleCount, { limit, account }: ReadKey): Promise<boolean> {
    const { attempts, longTerm } = settings.account
    if (limit !== 'account' || account === undefined || count < afterLongTerm(attempts)) return false
    const inTheLongRun = await store.read(longTermKey(accountSubject(account)))
    return inTheLongRun !== undefined && inTheLongRun.count >= longTerm.attempts
  }

  async function keysOf(target: Exclude<ThrottleTarget, 'all'>): Promise<string[]> {
    if ('clientAddress' in target) {
      const network = networkOf(target.clientAddress.replace(/\/64$/, ''))
      return network === undefined ? [] : [clientKey(network)]
    }
    const accounts = accountsOf(target.username)
    const keys = accounts.flatMap((account) => {
      const subject = accountSubject(account)
      return [subject, levelKey(subject), outageKey(subject), longTermKey(subject), devicesKey(account)]
    })
    const devices = accounts.map(devicesOf)
    for await (const { key } of store.list()) if (devices.some((start) => key.startsWith(start))) keys.push(key)
    return keys
  }

  return Object.freeze({
    storeName: store.name,
    knowsNames,

    async *list({ username }: { readonly username?: string } = {}) {
      await store.ready?.()
      const wanted = username === undefined ? undefined : accountsOf(username)
      for await (const count of store.list()) {
        const read = readKey(count.key)
        const state = read && ((await isRefusedForLong(count, read)) ? 'refused' : stateOf(count, read.limit))
        if (!read || !state || (wanted && !wanted.includes(read.account ?? ''))) continue
        const subject = read.account ?? read.client ?? ''
        yield { limit: read.limit, subject, state, attempts: count.count, until: count.endsAt }
      }
    },

    async clear(target: ThrottleTarget) {
      await store.ready?.()
      const keys = target === 'all' ? (['all'] as const) : await keysOf(target)
      await Promise.all(keys.map(clearLocally))
      const cleared = await Promise.all(keys.map((key) => store.clear(key)))
      return cleared.reduce((sum, one) => sum + one, 0)
    },
  })
}
