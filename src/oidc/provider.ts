import type { Configuration, ServerMetadata } from 'openid-client'
import type { Clock } from '../clock.ts'
import { loadOpenidClient, type OpenidClient } from './load-openid-client.ts'
import type { OidcSettings } from './oidc-options.ts'

/** A provider that was discovered. */
export interface Provider {
  readonly client: OpenidClient
  readonly config: Configuration
}

/**
 * Returns a function that discovers a provider (OpenID Connect Discovery 1.0), and remembers it for an hour.
 *
 * A key that is unknown is fetched at once, at most every 5 s. After a failed discovery, the next attempt follows after 5 s at the earliest: until then, every call rejects with the same
 * error. Why: a provider that is down must cost each login page nothing.
 */
export function createProvider(settings: OidcSettings, clock: Clock): () => Promise<Provider> {
  let found: { readonly provider: Provider; readonly until: number; readonly madeAt: number } | undefined
  let failed: { readonly error: unknown; readonly until: number } | undefined
  let asking: Promise<Provider> | undefined

  const timeout = Math.max(1, Math.round(settings.deadlineMs / 1000))
  const authenticationOf = (client: OpenidClient) => {
    const { clientSecret, privateKeyJwt } = settings
    if (privateKeyJwt === undefined) return client.ClientSecretPost(clientSecret)
    const { key, kid } = privateKeyJwt
    return client.PrivateKeyJwt(kid === undefined ? { key } : { key, kid })
  }
  // By default openid-client trusts an ID token that came over TLS. Its signature is checked as well.
  const rulesOf = (client: OpenidClient) => [
    client.enableNonRepudiationChecks,
    ...(settings.allowHttp ? [client.allowInsecureRequests] : []),
  ]

  async function discover(): Promise<Provider> {
    const client = await loadOpenidClient()
    const { clientId, issuer } = settings
    const config = await client.discovery(new URL(issuer), clientId, {}, authenticationOf(client), {
      // Whole seconds, at least one.
      timeout,
      execute: rulesOf(client),
    })
    const { issuer: calledItself } = config.serverMetadata()
    if (calledItself !== issuer && calledItself !== `${issuer}/`)
      throw new Error(`The provider calls itself ${JSON.stringify(calledItself)}.`)
    return { client, config }
  }

  /**
   * Returns the same provider, with keys that are fetched again at once when a token names another key. Why: the client
   * waits for a minute with that.
   */
  function withFreshKeys({ client, config }: Provider): Provider {
    const metadata = structuredClone(config.serverMetadata()) as ServerMetadata
    const next = new client.Configuration(metadata, settings.clientId, {}, authenticationOf(client))
    next.timeout = timeout
    for (const rule of rulesOf(client)) rule(next)
    const known = client.getJwksCache(config)
    const asOld = Math.floor(Date.now() / 1000) - KEYS_MAY_BE_FETCHED_SECONDS
    if (known) client.setJwksCache(next, { jwks: known.jwks, uat: Math.min(known.uat, asOld) })
    return { client, config: next }
  }

  return async function provider() {
    const now = clock()
    if (found && now < found.until) {
      if (now >= found.madeAt + KEYS_EVERY_MS)
        found = { ...found, provider: withFreshKeys(found.provider), madeAt: now }
      return found.provider
    }
    if (failed && now < failed.until && failed.until <= now + RETRY_MS) throw failed.error
    asking ??= discover().finally(() => {
      asking = undefined
    })
    try {
      const discovered = await asking
      found = { provider: discovered, until: clock() + REMEMBER_MS, madeAt: clock() }
      failed = undefined
      return discovered
    } catch (error) {
      failed = { error, until: clock() + RETRY_MS }
      // A provider that was known goes on as it was known.
      if (found) {
        found = { ...found, until: clock() + RETRY_MS }
        return found.provider
      }
      throw error
    }
  }
}

const REMEMBER_MS = 60 * 60_000
const RETRY_MS = 5000
/** Unknown keys are fetched at most this often. */
const KEYS_EVERY_MS = 5000
/** The client fetches keys for an unknown key id once the known keys are older than this. */
const KEYS_MAY_BE_FETCHED_SECONDS = 61
