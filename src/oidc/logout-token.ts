import type { CoreServices } from '../http/index.ts'
import { hashedKey } from '../http/index.ts'
import { loadJose } from './load-openid-client.ts'
import type { OidcSettings } from './oidc-options.ts'
import type { Provider } from './provider.ts'

/** The subject of a logout token: a session at the provider, a user, or both. */
export interface LogoutSubject {
  readonly sid: string | undefined
  readonly sub: string | undefined
}

/**
 * Returns a function that checks a logout token (OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6), and
 * resolves to its subject, or to undefined for an invalid or repeated token.
 *
 * The function throws when the provider's keys cannot be fetched.
 */
export function createLogoutTokens(
  { clientId }: OidcSettings,
  services: CoreServices,
  provider: () => Promise<Provider>,
): (token: string) => Promise<LogoutSubject | undefined> {
  const seen = services.records.of<true>('oidc-logout-token', { sealed: false })
  let keys: { readonly uri: string; readonly set: ReturnType<typeof import('jose').createRemoteJWKSet> } | undefined

  return async function subjectOf(token) {
    const { config } = await provider()
    const jose = await loadJose()
    const { issuer, jwks_uri: uri } = config.serverMetadata()
    if (uri === undefined) return undefined
    if (keys?.uri !== uri) keys = { uri, set: jose.createRemoteJWKSet(new URL(uri), KEY_RULES) }
    try {
      const { payload, protectedHeader } = await jose.jwtVerify(token, keys.set, {
        issuer,
        audience: clientId,
        algorithms: ALGORITHMS,
        requiredClaims: ['iat', 'jti', 'events'],
        currentDate: new Date(services.clock()),
        maxTokenAge: MAX_AGE_SECONDS,
        clockTolerance: 30,
      })
      const { events, jti, nonce, sid, sub } = payload
      if (nonce !== undefined || !isLogout(events) || !TYPES.has(protectedHeader.typ?.toLowerCase())) return undefined
      if (typeof sid !== 'string' && typeof sub !== 'string') return undefined
      // Kept for as long as the token may be old.
      const expiresAt = services.clock() + 2 * MAX_AGE_SECONDS * 1000
      if (!(await seen.add(hashedKey(`${issuer}\n${jti}`), true, { expiresAt }))) return undefined
      return { sid: typeof sid === 'string' ? sid : undefined, sub }
    } catch (error) {
      // Whatever is wrong with the token itself. A provider that fails to give its keys is an outage.
      if (error instanceof jose.errors.JOSEError && !(error instanceof jose.errors.JWKSTimeout)) return undefined
      throw error
    }
  }
}

function isLogout(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, EVENT)) return false
  const event = (events as Record<string, unknown>)[EVENT]
  return typeof event === 'object' && event !== null
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** The type that the standard recommends. Older providers say `JWT`, or nothing. */
const TYPES = new Set<string | undefined>(['logout+jwt', 'application/logout+jwt', 'jwt', undefined])
const MAX_AGE_SECONDS = 300
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** A key that nobody has seen is fetched at once, at most every 5 s. */
const KEY_RULES = { cooldownDuration: 5000, cacheMaxAge: 10 * 60_000, timeoutDuration: 5000 }
