// Under which keys the throttle counts.
import type { ThrottleLimit } from '../audit/audit-event.ts'

/** Whose attempts are counted: those of strangers at a name, or at the account that a source found for it. */
export type AccountSubject = `account:${string}` | `identity:${string}`

export const accountSubject = (account: string): AccountSubject => `account:${account}`
export const identitySubject = (identity: string): AccountSubject => `identity:${identity}`
/** Attempts of strangers from one network. A colon separates the parts of a key. */
export const fromNetwork = (subject: AccountSubject, network: string): string =>
  `${subject}@${network.replaceAll(':', '_')}`
/** The key for the number of networks that have tried in the window. */
export const networksKey = (subject: AccountSubject): string => `${subject}:networks`
/** The key for the number of windows that a subject has used up. */
export const levelKey = (key: string): string => `${key}:level`
/** Wrong attempts in the long run. */
export const longTermKey = (key: string): string => `${key}:long-term`
/** Attempts a day, after the limit in the long run. */
export const dailyKey = (key: string): string => `${key}:daily`
/** The key for the number of networks that have tried that day. */
export const dailyNetworksKey = (subject: AccountSubject): string => `${subject}:daily-networks`

/** Attempts of one known device. */
export const deviceKey = (account: string, device: string): string => `device:${account}:${device}`
/** Attempts of all known devices of an account together. */
export const devicesKey = (account: string): string => `devices:${account}`
/** Which account a source found for a name. */
export const aliasKey = (account: string, identity: string): string => `alias:${account}:${identity}`

export const clientKey = (client: string): string => `client:${client}`
export const networkKey = (network: string): string => `network:${network}`
export const OVERALL_KEY = 'overall'

/** The beginning of the keys of counts that are kept for outages. */
export const OUTAGE_PREFIX = 'outage/'

/** The meaning of a key: its limit, and its subject. */
export interface ReadKey {
  readonly limit: ThrottleLimit
  /** True for a count of outages. */
  readonly outage: boolean
  /** In which time it is counted. */
  readonly within: 'window' | 'long-term' | 'day'
  /** The keyed hash of the name, or of the account that was found. */
  readonly account?: string
  /** The client address, or a network. */
  readonly client?: string
}

/** Undefined for what is no limit by itself, and for keys of other versions. */
export function readKey(key: string): ReadKey | undefined {
  const outage = key.startsWith(OUTAGE_PREFIX)
  const rest = outage ? key.slice(OUTAGE_PREFIX.length) : key
  const within = 'window'
  if (rest === OVERALL_KEY) return { limit: 'overall', outage, within }
  const [, of, client] = /^(client|network):(.+)$/s.exec(rest) ?? []
  if (client !== undefined) return { limit: of === 'client' ? 'client' : 'network', outage, within, client }
  const [, device] = /^device:([\w-]+):[\w-]+$/.exec(rest) ?? []
  if (device !== undefined) return { limit: 'device', outage, within, account: device }
  const [, kind, account, network, suffix] =
    /^(account|identity):([\w-]+)(?:@([^:]+))?(?::(long-term|daily))?$/.exec(rest) ?? []
  if (account === undefined) return undefined
  if (network !== undefined)
    return suffix === undefined && kind === 'account'
      ? { limit: 'account-network', outage, within, account, client: network.replaceAll('_', ':') }
      : undefined
  if (suffix === undefined) return { limit: kind === 'account' ? 'account' : 'found-account', outage, within, account }
  return { limit: 'long-term', outage, within: suffix === 'daily' ? 'day' : 'long-term', account }
}

/** Returns true when a key counts attempts at this account or, with its `identities`, at what sources have found for it. */
export function concernsAccount(key: string, accounts: ReadonlySet<string>, identities: ReadonlySet<string>): boolean {
  const [, kind, id = ''] = /^(?:outage\/)?(account|devices?|alias|identity):([\w-]+)/.exec(key) ?? []
  if (kind === undefined) return false
  return kind === 'identity' ? identities.has(id) : accounts.has(id)
}

/** Returns true when a key counts attempts of this client or network, at one account or at all. */
export function concernsClient(key: string, clients: ReadonlySet<string>): boolean {
  const [, client] = /^(?:outage\/)?(?:client|network):(.+)$/s.exec(key) ?? []
  const [, network] = /^(?:outage\/)?(?:account|identity):[\w-]+@([^:]+)/.exec(key) ?? []
  return clients.has(client ?? network?.replaceAll('_', ':') ?? '')
}

/** The identity of an {@link aliasKey} of one of these accounts. */
export function authenticationOf(key: string, accounts: ReadonlySet<string>): string | undefined {
  const [, account = '', identity] = /^(?:outage\/)?alias:([\w-]+):([\w-]+)$/.exec(key) ?? []
  return accounts.has(account) ? identity : undefined
}
