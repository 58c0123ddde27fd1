import type { ThrottleLimit } from '../audit/audit-event.ts'
import { clientNetwork, widerNetwork } from './client-network.ts'
import { widened } from './ledger.ts'
import { afterLongTerm, leastAllowance } from './stranger-limits.ts'
import { authenticationOf, concernsAccount, concernsClient, type ReadKey, readKey } from './throttle-keys.ts'
import type { ThrottleSettings } from './throttle-options.ts'
import type { ThrottleStore } from './throttle-store.ts'

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

/**
 * Whose attempts to forget: those at an account, those of a client address and the network that it belongs to (or of a
 * network, as it is listed), or all. Those that were counted in outages are forgotten, too.
 */
export type ThrottleTarget = { readonly username: string } | { readonly clientAddress: string } | 'all'

/** Somebody who is refused or delayed. */
export interface ThrottledSubject {
  readonly limit: ThrottleLimit
  /** Which counts: those of calm, or those of what is judged while a source is down, which hold in outages alone. */
  readonly during: 'calm' | 'outage'
  /** A client's network, or what stands for an account: its name cannot be read from that. Empty for the overall limit. */
  readonly subject: string
  /** The network whose attempts at an account these are, where it is not those of all. */
  readonly network?: string
  readonly state: 'refused' | 'delayed'
  readonly attempts: number
  readonly until: number
}

export function administerThrottle(
  settings: ThrottleSettings,
  store: ThrottleStore,
  clearLocally: (matches: (key: string) => boolean) => Promise<number>,
  accountsOf: (username: string) => readonly string[],
  knowsNames: boolean,
): ThrottleAdministration {
  function stateOf(count: number, { limit, within }: ReadKey): ThrottledSubject['state'] | undefined {
    const { account, client, overall } = settings
    if (limit === 'client') return client && count >= client.attempts ? 'refused' : undefined
    if (limit === 'network') return client && count >= widened(client).attempts ? 'refused' : undefined
    if (limit === 'overall') return overall && count >= overall.attempts ? 'refused' : undefined
    // A few are still let through: of networks that have not tried, and some a day.
    if (within === 'long-term') return count >= leastAllowance(account.longTerm.attempts) ? 'delayed' : undefined
    if (within === 'day') return count >= afterLongTerm(account.attempts) ? 'refused' : undefined
    if (count >= account.attempts) return 'refused'
    const isDelayed = count >= account.undelayed && (limit === 'account' || limit === 'device')
    return isDelayed ? 'delayed' : undefined
  }

  async function keysWhere(matches: (key: string) => boolean): Promise<string[]> {
    const keys: string[] = []
    for await (const { key } of store.list()) if (matches(key)) keys.push(key)
    return keys
  }

  /** Every name under which an account is counted: what is typed, and what sources have found for it. */
  async function namesOf(username: string) {
    const accounts = new Set(accountsOf(username))
    const identities = new Set<string>()
    for (const key of await keysWhere((each) => authenticationOf(each, accounts) !== undefined))
      identities.add(authenticationOf(key, accounts) ?? '')
    return { accounts, identities }
  }

  async function matcherOf(target: Exclude<ThrottleTarget, 'all'>): Promise<(key: string) => boolean> {
    if ('username' in target) {
      const { accounts, identities } = await namesOf(target.username)
      return (key) => concernsAccount(key, accounts, identities)
    }
    const clients = new Set(clientsOf(target.clientAddress))
    return (key) => concernsClient(key, clients)
  }

  return Object.freeze({
    storeName: store.name,
    knowsNames,

    async *list({ username }: { readonly username?: string } = {}) {
      await store.ready?.()
      const wanted = username === undefined ? undefined : await namesOf(username)
      for await (const { key, count, endsAt } of store.list()) {
        const read = readKey(key)
        const state = read && stateOf(count, read)
        if (!read || !state || (wanted && !concernsAccount(key, wanted.accounts, wanted.identities))) continue
        yield { ...subjectOf(read), state, attempts: count, until: endsAt }
      }
    },

    async clear(target: ThrottleTarget) {
      await store.ready?.()
      if (target === 'all') {
        await clearLocally(() => true)
        return store.clear('all')
      }
      const matches = await matcherOf(target)
      await clearLocally(matches)
      const cleared = await Promise.all((await keysWhere(matches)).map((key) => store.clear(key)))
      return cleared.reduce((sum, one) => sum + one, 0)
    },
  })
}

function subjectOf({ limit, outage, account, client }: ReadKey) {
  const during = outage ? ('outage' as const) : ('calm' as const)
  const subject = { limit, during, subject: account ?? client ?? '' }
  return account !== undefined && client !== undefined ? { ...subject, network: client } : subject
}

/** A client and its network; of a network, as it is listed, that network alone. */
function clientsOf(address: string): string[] {
  if (/\/(?:24|48)$/.test(address)) return [address]
  const client = clientNetwork(address.replace(/\/64$/, ''))
  return client === undefined ? [] : [client, widerNetwork(client)]
}
