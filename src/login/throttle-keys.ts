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
export const clientKey = (network: string): string => `client:${network}`
export const OVERALL_KEY = 'overall'

/** Which limit it was that an attempt met. */
export type ThrottleLimit = 'account' | 'device' | 'outage' | 'client' | 'overall' | 'waiting'

/** What a key counts, and whom. Undefined for what is no limit, and for keys of other versions. */
export function readKey(key: string): { limit: ThrottleLimit; account?: string; client?: string } | undefined {
  if (key === OVERALL_KEY) return { limit: 'overall' }
  const [, kind, rest = ''] = /^(account|device|client):(.+)$/s.exec(key) ?? []
  if (kind === 'client') return { limit: 'client', client: rest }
  if (kind !== 'account' && kind !== 'device') return undefined
  const [account = '', ...more] = rest.split(':')
  const suffix = kind === 'account' ? more[0] : more[1]
  if (suffix === undefined) return { limit: kind, account }
  return suffix === 'outage' ? { limit: 'outage', account } : undefined
}
