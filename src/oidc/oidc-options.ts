import type { webcrypto } from 'node:crypto'
import { type Duration, toMilliseconds } from '../duration.ts'
import { isProduction } from '../environment.ts'
import { ConfigurationError, type JsonValue, type Role } from '../index.ts'
import { isLoopback } from '../loopback.ts'

/** Options of {@link oidcLogin}. */
export interface OidcLoginOptions {
  /**
   * The name of the source: small letters, digits, `-` and `_`. It is the first half of each user id `name:sub`, and
   * stands in the paths: never change it.
   */
  readonly name: string
  /** The text of the link on the login page, alone or by language. Default: "Sign in with" and the name. */
  readonly label?: string | Readonly<Record<string, string>>
  /** The issuer, as the provider writes it: `https://login.example.org/realms/staff`. */
  readonly issuer: string
  /** The id of this application at the provider. */
  readonly clientId: string
  /** The secret of this application at the provider. */
  readonly clientSecret?: string
  /** A private key in place of the secret (RFC 7523). */
  readonly privateKeyJwt?: PrivateKeyJwt
  /** The origin of this application, as browsers see it: `https://app.example.org`. Never taken from a request. */
  readonly origin: string
  /** The scopes to ask for. Default: `openid profile email`. Add `offline_access` for refresh tokens where needed. */
  readonly scopes?: readonly string[]
  /**
   * Makes the account of the claims; null refuses the user. Default: `preferred_username`, or else `email`, or else
   * `sub` as the name, and `name` as the description. The id is always `sub`.
   */
  readonly account?: (claims: OidcClaims) => OidcAccount | null
  /** The roles of the groups of a user. Default: no roles. */
  readonly roles?: OidcRoles
  /** The claim that holds the groups. Default: `groups`. */
  readonly groupsClaim?: string
  /** The time after which groups are read again, at the end of a lease. Default: 5 min. */
  readonly refreshEvery?: Duration
  /** Authentication contexts to ask for. An answer with another `acr` is refused. */
  readonly acrValues?: readonly string[]
  /** The `acr` and `amr` values that count as a second factor. Default: none. */
  readonly secondFactor?: OidcSecondFactor
  /** True when sessions outlive the browser. Default: false. */
  readonly persistent?: boolean
  /** The longest time that the provider may take to answer. Default: 5 s. */
  readonly deadline?: Duration
}

/** The claims of the ID token, together with those of the userinfo endpoint. */
export interface OidcClaims {
  readonly sub: string
  readonly [claim: string]: JsonValue | undefined
}

/** An account, as the claims make it. */
export interface OidcAccount {
  readonly name: string
  readonly description?: string
  /** Roles beside those of the option `roles`. */
  readonly roles?: readonly (Role | string)[]
  readonly properties?: Readonly<Record<string, JsonValue>>
}

/** Roles by the name of a group, or a function. Groups without an entry give no role. */
export type OidcRoles =
  | Readonly<Record<string, Role | string | readonly (Role | string)[]>>
  | ((groups: readonly string[], claims: OidcClaims) => readonly (Role | string)[])

/** The values in an ID token that count as a second factor. */
export interface OidcSecondFactor {
  readonly acr?: readonly string[]
  readonly amr?: readonly string[]
}

/** A private key for `private_key_jwt`. */
export interface PrivateKeyJwt {
  readonly key: webcrypto.CryptoKey
  readonly kid?: string
}

/** The options, read once. */
export interface OidcSettings
  extends Required<Pick<OidcLoginOptions, 'name' | 'issuer' | 'clientId' | 'origin' | 'groupsClaim' | 'persistent'>> {
  readonly label: Readonly<Record<string, string>>
  readonly clientSecret: string | undefined
  readonly privateKeyJwt: PrivateKeyJwt | undefined
  readonly scope: string
  readonly account: (claims: OidcClaims) => OidcAccount | null
  readonly roles: OidcRoles
  readonly refreshEveryMs: number
  readonly acrValues: readonly string[]
  readonly secondFactor: OidcSecondFactor
  readonly deadlineMs: number
  /** True for a provider on this machine over plain HTTP, outside of production. */
  readonly allowHttp: boolean
}

/** Reads the options. @throws {ConfigurationError} that names the invalid option, and says what to do. */
export function readOidcOptions(options: OidcLoginOptions): OidcSettings {
  const { name, label, issuer, clientId, clientSecret, privateKeyJwt, origin } = options
  if (typeof name !== 'string' || !/^[a-z][a-z0-9_-]{0,31}$/.test(name))
    throw new ConfigurationError(
      `The name of a provider has 1 to 32 small letters, digits, "-" and "_", not ${JSON.stringify(name)}.`,
    )
  const where = `oidcLogin({ name: "${name}" })`
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  const allowHttp = url?.protocol === 'http:' && isLoopback(url.hostname) && !isProduction()
  if (!url || (url.protocol !== 'https:' && !allowHttp))
    throw new ConfigurationError(`${where}: issuer is an https: URL, not ${JSON.stringify(issuer)}.`)
  if (typeof clientId !== 'string' || clientId === '') throw new ConfigurationError(`${where} needs a clientId.`)
  if ((clientSecret === undefined || clientSecret === '') === (privateKeyJwt === undefined))
    throw new ConfigurationError(`${where} needs either a clientSecret or a privateKeyJwt.`)
  if (!URL.canParse(origin) || new URL(origin).origin !== origin)
    throw new ConfigurationError(
      `${where}: origin is such as "https://app.example.org", not ${JSON.stringify(origin)}.`,
    )
  const scopes = options.scopes ?? ['openid', 'profile', 'email']
  return {
    name,
    label:
      typeof label === 'string' ? { en: label } : (label ?? { en: `Sign in with ${name}`, de: `Anmelden mit ${name}` }),
    issuer,
    clientId,
    clientSecret,
    privateKeyJwt,
    origin,
    scope: [...new Set(['openid', ...scopes])].join(' '),
    account: options.account ?? usualAccount,
    roles: options.roles ?? {},
    groupsClaim: options.groupsClaim ?? 'groups',
    refreshEveryMs: toMilliseconds(options.refreshEvery ?? '5m', `${where}: refreshEvery`),
    acrValues: options.acrValues ?? [],
    secondFactor: options.secondFactor ?? {},
    persistent: options.persistent ?? false,
    deadlineMs: toMilliseconds(options.deadline ?? '5s', `${where}: deadline`),
    allowHttp,
  }
}

function usualAccount({ sub, preferred_username, email, name }: OidcClaims): OidcAccount {
  const named = [preferred_username, email].find((claim) => typeof claim === 'string' && claim.trim() !== '')
  return { name: String(named ?? sub), ...(typeof name === 'string' ? { description: name } : {}) }
}
