import { randomBytes } from 'node:crypto'
import { type CoreServices, hashedKey, type KeptRecord } from '../http/index.ts'
import { ConfigurationError, type Permission } from '../index.ts'
import { newToken } from './token-format.ts'

/** A token to be made. */
export interface NewToken {
  /** `source:id` of the user whose rights the token has. */
  readonly userId: string
  /** A name for people: `backup script`. At most 100 characters. */
  readonly name: string
  /** The permissions that the token is limited to. Default: all that the user has, roles included. */
  readonly scopes?: readonly (Permission | string)[]
  /** The end in milliseconds since 1970-01-01 UTC. Default: after the usual lifetime. */
  readonly expiresAt?: number
}

/** A token that was made. Its text is shown once, and kept nowhere. */
export interface MadeToken extends ListedToken {
  readonly token: string
}

/** A token as lists show it. Times are milliseconds since 1970-01-01 UTC. */
export interface ListedToken {
  /** 32 hexadecimal digits. Free of the secret. */
  readonly id: string
  readonly userId: string
  readonly name: string
  /** Names of permissions. Null for all that the user has. */
  readonly scopes: readonly string[] | null
  readonly createdAt: number
  readonly expiresAt: number
  /** Exact to five minutes. Null for a token that was never used. */
  readonly lastUsedAt: number | null
}

/** The tokens of users. */
export interface TokenAdministration {
  /**
   * Makes a token.
   *
   * @throws {ConfigurationError} when the name is empty or too long, a scope names no permission, the end lies too far
   * away, or the user has 50 tokens already.
   * @throws {RecordsUnavailableError} when the store of records fails to answer.
   */
  create(token: NewToken): Promise<MadeToken>
  /** Resolves to the tokens of a user. @throws {RecordsUnavailableError} when the store fails to answer. */
  list(userId: string): Promise<readonly ListedToken[]>
  /**
   * Ends a token, at once here and within a second on all other nodes. Resolves to false when the user has no such
   * token.
   *
   * @throws {RecordsUnavailableError} when the store of records fails to answer.
   * @throws {SessionUnavailableError} when the session store fails to tell other nodes. The token ends there with its
   * lease.
   */
  revoke(userId: string, id: string): Promise<boolean>
  /**
   * Ends all tokens of a user. Resolves to their number.
   *
   * @throws {RecordsUnavailableError} when the store of records fails to answer.
   * @throws {SessionUnavailableError} as {@link TokenAdministration.revoke} does.
   */
  revokeAll(userId: string): Promise<number>
}

/** A token as the store of records keeps it, under the hash of its text. */
export type KeptToken = Omit<ListedToken, 'userId' | 'expiresAt'>

/** The lifetimes of tokens, in milliseconds. */
export interface TokenRules {
  readonly prefix: string
  readonly lifetimeMs: number
  readonly maxLifetimeMs: number
}

export const keptTokens = (services: CoreServices) => services.records.of<KeptToken>('api-token')

/** Keeps the tokens in the store of records. Each change is recorded in the audit. */
export function createTokenAdministration(services: CoreServices, rules: TokenRules): TokenAdministration {
  const kept = keptTokens(services)
  const record = (action: string, user: string, details: Readonly<Record<string, string | number>>) =>
    services.record({ type: 'extension', extension: 'tokens', action, user, details })

  async function end(record: KeptRecord<KeptToken>): Promise<void> {
    // Removed first: another node that asks again finds nothing.
    await kept.remove(record.key)
    await services.trust.end(record.value.id)
  }

  return Object.freeze<TokenAdministration>({
    async create({ userId, name, scopes, expiresAt }) {
      const now = services.clock()
      if (typeof name !== 'string' || name.trim() === '' || name.length > 100)
        throw new ConfigurationError('The name of a token has 1 to 100 characters.')
      const names = scopes?.map((scope) => (typeof scope === 'string' ? scope : scope.name)) ?? null
      const unknown = names?.find((each) => !services.permissions.some((permission) => permission.name === each))
      if (unknown !== undefined) throw new ConfigurationError(`There is no permission ${JSON.stringify(unknown)}.`)
      const end = expiresAt ?? now + rules.lifetimeMs
      if (!Number.isFinite(end) || end <= now || end > now + rules.maxLifetimeMs)
        throw new ConfigurationError('The end of a token lies in the future, and within maxLifetime.')
      if ((await kept.listOwned(userId)).length >= MOST_TOKENS)
        throw new ConfigurationError(`The user has ${MOST_TOKENS} tokens already. Revoke one first.`)
      const token = newToken(rules.prefix)
      const id = randomBytes(16).toString('hex')
      const value: KeptToken = { id, name, scopes: names, createdAt: now, lastUsedAt: null }
      await kept.add(hashedKey(token), value, { owner: userId, expiresAt: end })
      record('created', userId, { id, name })
      return { ...value, userId, expiresAt: end, token }
    },

    async list(userId) {
      const found = await kept.listOwned(userId)
      return found.map(listed).sort((a, b) => a.createdAt - b.createdAt)
    },

    async revoke(userId, id) {
      const found = (await kept.listOwned(userId)).find(({ value }) => value.id === id)
      if (!found) return false
      await end(found)
      record('revoked', userId, { id, name: found.value.name })
      return true
    },

    async revokeAll(userId) {
      const found = await kept.listOwned(userId)
      for (const each of found) await end(each)
      if (found.length > 0) record('all-revoked', userId, { tokens: found.length })
      return found.length
    },
  })
}

function listed({ owner, value, expiresAt }: KeptRecord<KeptToken>): ListedToken {
  return { ...value, userId: owner ?? '', expiresAt: expiresAt ?? Number.POSITIVE_INFINITY }
}

const MOST_TOKENS = 50
