// Under which keys the throttle counts.

/** Attempts at one account: those of strangers, or those of one known device. */
export type AccountSubject = `account:${string}` | `device:${string}:${string}`

export function accountSubject(account: string, device?: string): AccountSubject {
  return device === undefined ? `account:${account}` : `device:${account}:${device}`
}

/** What the subjects of all devices of an account begin with. */
export const devicesOf = (account: string): string => accountSubject(account, '')
/** Attempts of all known devices of an account together. */
export const devicesKey = (account: string): string => `devices:${account}`
/** How many windows of a subject were used up. */
export const levelKey = (subject: AccountSubject): string => `${subject}:level`
/** Attempts of a subject while a source was down that did learn what others say. */
export const outageKey = (subject: AccountSubject): string => `${subject}:outage`
/** Wrong attempts of a subject in the long run. */
export const longTermKey = (subject: AccountSubject): string => `${subject}:long-term`
export const clientKey = (network: string): string => `client:${network}`
export const OVERALL_KEY = 'overall'

/** Which limit it was that an attempt met. */
export type ThrottleLimit = 'account' | 'long-term' | 'device' | 'outage' | 'client' | 'overall' | 'waiting'

/** What a key counts, and whom. */
export interface ReadKey {
  readonly limit: ThrottleLimit
  readonly account?: string
  readonly client?: string
}

/** Undefined for what is no limit, and for keys of other versions. */
export function readKey(key: string): ReadKey | undefined {
  if (key === OVERALL_KEY) return { limit: 'overall' }
  const [, kind, rest = ''] = /^(account|device|client):(.+)$/s.exec(key) ?? []
  if (kind === 'client') return { limit: 'client', client: rest }
  if (kind !== 'account' && kind !== 'device') return undefined
  const [account = '', ...more] = rest.split(':')
  const suffix = kind === 'account' ? more[0] : more[1]
  if (suffix === undefined) return { limit: kind, account }
  return suffix === 'outage' || suffix === 'long-term' ? { limit: suffix, account } : undefined
}
