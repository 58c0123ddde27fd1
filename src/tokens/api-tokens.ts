import { type Duration, toMilliseconds } from '../duration.ts'
import {
  accountLink,
  type CoreServices,
  type CredentialReader,
  type Extension,
  hashedKey,
  perAuth,
} from '../http/index.ts'
import { type Auth, ConfigurationError } from '../index.ts'
import { createLeaseCache } from './lease-cache.ts'
import { tokenEndpoints } from './token-endpoints.ts'
import { isToken } from './token-format.ts'
import { createTokenAdministration, keptTokens, type TokenAdministration } from './token-store.ts'

/** Options of {@link apiTokens}. */
export interface ApiTokensOptions {
  /** The beginning of every token: 2 to 20 small letters and digits. Default: `ostiary`. Never change it. */
  readonly prefix?: string
  /** The lifetime of a token whose end is left open. Default: 90 days. */
  readonly lifetime?: Duration
  /** The longest lifetime of a token. Default: 365 days. */
  readonly maxLifetime?: Duration
}

/** The extension of API tokens. */
export interface ApiTokensExtension extends Extension {
  readonly name: 'tokens'
  /** Returns the tokens of users. */
  administration(services: CoreServices): TokenAdministration
}

/**
 * Lets programs come with a token in place of a session: `Authorization: Bearer …`.
 *
 * A token may do what its user may do now, limited to its scopes. It counts as no recent login and as no second factor.
 * Within a lease, a request with a token asks no store. A revoked token is refused at once, on every node. Disabling or
 * deleting the user, and a new password, end the tokens of the user.
 *
 * ```ts
 * import { createAuth, definePermission, defineRole } from 'ostiary'
 * import { localUsers, openDatabase, sqlRecords } from 'ostiary/sql'
 * import { apiTokens, tokensOf } from 'ostiary/tokens'
 *
 * const READ = definePermission({ name: 'read', description: 'Read reports' })
 * const READER = defineRole({ name: 'Reader', description: 'Reads', permissions: [READ] })
 * const database = openDatabase('sqlite::memory:')
 * const auth = createAuth({
 *   roles: [READER],
 *   sources: [localUsers(database)],
 *   extensions: [apiTokens({ prefix: 'harbour' })],
 *   records: sqlRecords(database),
 * })
 *
 * export const tokenFor = (userId: string) => tokensOf(auth).create({ userId, name: 'backup', scopes: [READ] })
 * ```
 *
 * @throws {ConfigurationError} when an option is invalid.
 */
export function apiTokens(options: ApiTokensOptions = {}): ApiTokensExtension {
  const { prefix = 'ostiary' } = options
  if (typeof prefix !== 'string' || !/^[a-z][a-z0-9]{1,19}$/.test(prefix))
    throw new ConfigurationError('The prefix of apiTokens() has 2 to 20 small letters and digits, such as "harbour".')
  const lifetimeMs = toMilliseconds(options.lifetime ?? '90d', 'lifetime of apiTokens()')
  const maxLifetimeMs = toMilliseconds(options.maxLifetime ?? '365d', 'maxLifetime of apiTokens()')
  if (lifetimeMs > maxLifetimeMs) throw new ConfigurationError('lifetime of apiTokens() is at most maxLifetime.')
  const administrationOf = perAuth((services) =>
    createTokenAdministration(services, { prefix, lifetimeMs, maxLifetimeMs }),
  )

  return {
    name: 'tokens',
    administration: administrationOf,
    credentials: (services) => [tokenReader(services, prefix)],
    endpoints: (services) => tokenEndpoints(services, administrationOf(services)),
    accountSection: (services) =>
      accountLink(services, {
        order: 40,
        heading: { en: 'API tokens', de: 'API-Token' },
        label: { en: 'See, make and end tokens', de: 'Token ansehen, erzeugen und beenden' },
        path: '/tokens',
      }),
    async accountChanged({ kind, userId }, services) {
      if (kind === 'deleted' || kind === 'disabled' || kind === 'password')
        await administrationOf(services).revokeAll(userId)
    },
    ready: (services) => services.records.assertDurable('API tokens'),
  }
}

/** Reads `Authorization: Bearer` (RFC 6750, section 2.1). */
function tokenReader(services: CoreServices, prefix: string): CredentialReader {
  const kept = keptTokens(services)
  const leases = createLeaseCache(services)

  async function check(hash: string) {
    const revision = await services.revision()
    const record = await kept.find(hash, 'missing')
    if (!record?.owner) return undefined
    const { id, lastUsedAt, scopes } = record.value
    const user = await services.presentUser(record.owner, scopes ?? undefined)
    if (!user) return undefined
    const now = services.clock()
    if (lastUsedAt === null || now >= lastUsedAt + USED_EVERY_MS) {
      // In the background. Why: a store that is slow to write must not hold up the request.
      kept.replace(record, { ...record.value, lastUsedAt: now }).catch(() => {})
    }
    return { user, userId: record.owner, id, revision, expiresAt: record.expiresAt ?? Number.POSITIVE_INFINITY }
  }

  return {
    name: 'tokens',
    claims: ({ headers }) => SCHEME.test(headerOf(headers.authorization)),
    authenticate({ headers }) {
      const token = headerOf(headers.authorization).replace(SCHEME, '')
      if (!isToken(token, prefix)) return INVALID
      const hash = hashedKey(token)
      const user = leases.userOf(hash, () => check(hash))
      if (user instanceof Promise) return user.then((found) => (found ? { user: found } : INVALID))
      return user === undefined ? INVALID : { user }
    },
  }
}

/** Two headers are one credential that is invalid. */
function headerOf(header: string | readonly string[] | undefined): string {
  if (header === undefined) return ''
  return typeof header === 'string' ? header : header.join(', ')
}

const SCHEME = /^bearer(?:\s+|$)/i
const INVALID = Object.freeze({ challenge: 'Bearer realm="ostiary", error="invalid_token"' })
const USED_EVERY_MS = 5 * 60_000

/**
 * Returns the tokens of an Auth.
 *
 * ```ts
 * import type { Auth } from 'ostiary'
 * import { tokensOf } from 'ostiary/tokens'
 *
 * export const endAll = (auth: Auth, userId: string) => tokensOf(auth).revokeAll(userId)
 * ```
 *
 * @throws {ConfigurationError} when the Auth has no API tokens.
 */
export function tokensOf(auth: Auth): TokenAdministration {
  const found = auth.extensions.find((each): each is ApiTokensExtension => each.name === 'tokens')
  if (!found) throw new ConfigurationError('This Auth has no API tokens: createAuth({ extensions: [apiTokens()] }).')
  return found.administration(auth.services)
}
