import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client'
import type { CoreServices } from '../http/index.ts'
import { hashedKey, type KeptRecord, reasonOf } from '../http/index.ts'
import { type AccountInput, accepted, type Outcome, unavailable, unknown } from '../index.ts'
import { accountOfClaims } from './account-of-claims.ts'
import type { OidcClaims, OidcSettings } from './oidc-options.ts'
import type { Provider } from './provider.ts'

/** The accounts of a provider, as this application knows them between logins. */
export interface KeptAccounts {
  /** Keeps what a login has told. Returns the account; null when the application refuses the user. */
  keep(claims: OidcClaims, tokens: Tokens): Promise<AccountInput | null>
  /** Tells how an account stands now. Asks the provider when the groups were read too long ago. */
  lookup(sub: string): Promise<Outcome>
}

/** The tokens of a login or a refresh. */
export type Tokens = Pick<TokenEndpointResponse, 'access_token' | 'refresh_token' | 'expires_in'>

interface Kept {
  readonly account: AccountInput
  readonly claims: OidcClaims
  readonly refreshToken?: string | undefined
  readonly accessToken?: string | undefined
  readonly accessTokenUntil?: number | undefined
  /** When the provider was asked last, in milliseconds since 1970-01-01 UTC. */
  readonly readAt: number
  /** Set while a refresh token is being used. Its answer may be lost, and the token with it. */
  readonly refreshingSince?: number | undefined
}

/**
 * Keeps the accounts in the store of records, with their tokens, sealed.
 *
 * While the provider answers that a grant has ended, the account is unknown, and its sessions end. A refresh whose answer
 * was lost ends no session: the account stays as it was until the next login.
 */
export function createKeptAccounts(
  settings: OidcSettings,
  services: CoreServices,
  provider: () => Promise<Provider>,
): KeptAccounts {
  const { clock } = services
  const kept = services.records.of<Kept>(`oidc-account`)
  const keyOf = (sub: string) => hashedKey(`${settings.name}\n${sub}`)
  const idOf = (sub: string) => `${settings.name}:${sub}`

  async function write(record: KeptRecord<Kept>, value: Kept): Promise<boolean> {
    return kept.replace(record, value, null)
  }

  function tokensOf({ access_token, refresh_token, expires_in }: Tokens, now: number): Partial<Kept> {
    const until = expires_in === undefined ? undefined : now + expires_in * 1000 - SAFETY_MS
    return { accessToken: access_token, accessTokenUntil: until, refreshToken: refresh_token }
  }

  /** Resolves to the present claims; `'gone'` when the provider has ended the grant; `'silent'` without a way to ask. */
  async function ask(record: KeptRecord<Kept>): Promise<Answer> {
    const { accessToken, accessTokenUntil = 0, claims, refreshToken } = record.value
    const now = clock()
    const { client, config } = await provider()
    const hasUserinfo = config.serverMetadata().userinfo_endpoint !== undefined
    if (accessToken !== undefined && now < accessTokenUntil && hasUserinfo) {
      try {
        const told = (await client.fetchUserInfo(config, accessToken, claims.sub)) as OidcClaims
        return { claims: told, tokens: {}, record }
      } catch (error) {
        if (!(error instanceof client.WWWAuthenticateChallengeError)) throw error
      }
    }
    if (refreshToken === undefined) return 'silent'
    return refresh(record, refreshToken)
  }

  async function refresh(record: KeptRecord<Kept>, refreshToken: string): Promise<Answer> {
    const { refreshingSince, claims } = record.value
    const now = clock()
    // Another node is at it. A mark that is older comes from a refresh whose answer was lost.
    if (refreshingSince !== undefined && now < refreshingSince + REFRESH_TAKES_MS) return 'silent'
    const marked: Kept = { ...record.value, refreshingSince: now }
    if (!(await write(record, marked))) return 'silent'
    const ours = await kept.find(record.key)
    if (!ours || ours.value.refreshingSince !== now) return 'silent'
    const { client, config } = await provider()
    try {
      const tokens = await client.refreshTokenGrant(config, refreshToken)
      return { claims: await claimsOf(tokens, claims.sub), tokens: tokensOf(tokens, clock()), record: ours }
    } catch (error) {
      if (!isInvalidGrant(error)) throw error
      if (refreshingSince === undefined) return 'gone'
      // The token was used up by the refresh whose answer was lost.
      await write(ours, { ...ours.value, refreshToken: undefined, refreshingSince: undefined, readAt: clock() })
      return 'silent'
    }
  }

  async function claimsOf(tokens: Tokens & TokenEndpointResponseHelpers, sub: string): Promise<OidcClaims> {
    const { client, config } = await provider()
    const ofToken = (tokens.claims() ?? {}) as Partial<OidcClaims>
    const hasUserinfo = config.serverMetadata().userinfo_endpoint !== undefined
    const told = hasUserinfo ? ((await client.fetchUserInfo(config, tokens.access_token, sub)) as OidcClaims) : {}
    return { ...ofToken, ...told, sub }
  }

  return {
    async keep(claims, tokens) {
      const account = accountOfClaims(settings, claims)
      if (account === null) return null
      const value: Kept = { account, claims, ...tokensOf(tokens, clock()), readAt: clock() }
      const key = keyOf(claims.sub)
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const known = await kept.find(key, 'missing')
        if (known ? await write(known, value) : await kept.add(key, value, { owner: idOf(claims.sub) })) return account
        // Unreadable, since its key was removed: replaced by what is known now.
        if (!known) await kept.remove(key)
      }
      throw new Error('The account of a login changes all the time.')
    },

    async lookup(sub) {
      const record = await kept.find(keyOf(sub), 'missing')
      if (!record) return unknown()
      const { account, readAt } = record.value
      const now = clock()
      if (now < readAt + settings.refreshEveryMs && readAt <= now + SAFETY_MS) return accepted(account)
      let answer: Answer
      try {
        answer = await ask(record)
      } catch (cause) {
        return unavailable(new Error(`the provider does not answer: ${reasonOf(cause)}`, { cause }))
      }
      if (answer === 'silent') return accepted(account)
      if (answer === 'gone') {
        await kept.remove(record.key)
        return unknown()
      }
      const claims = { ...record.value.claims, ...withoutGroups(settings, answer.claims), sub }
      const present = accountOfClaims(settings, claims)
      if (present === null) return unknown()
      const tokens = { ...pick(record.value), ...defined(answer.tokens) }
      await write(answer.record, { account: present, claims, ...tokens, readAt: clock() })
      return accepted(present)
    },
  }
}

type Answer = { claims: OidcClaims; tokens: Partial<Kept>; record: KeptRecord<Kept> } | 'gone' | 'silent'

/** Makes a groups claim that is missing now an empty list. Why: some providers leave out the claim with the last group. */
function withoutGroups({ groupsClaim }: OidcSettings, claims: OidcClaims): OidcClaims {
  return { [groupsClaim]: [], ...claims }
}

function pick({ refreshToken, accessToken, accessTokenUntil }: Kept): Partial<Kept> {
  return { refreshToken, accessToken, accessTokenUntil }
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>
}

function isInvalidGrant(error: unknown): boolean {
  return error instanceof Error && 'error' in error && error.error === 'invalid_grant'
}

const MAX_TRIES = 3
/** Tokens are taken for expired this much earlier, and clocks may differ by as much. */
const SAFETY_MS = 10_000
const REFRESH_TAKES_MS = 30_000
