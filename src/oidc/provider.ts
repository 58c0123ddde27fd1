import type { Configuration } from 'openid-client'
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
 * After a failure, the next attempt follows after 5 s at the earliest: until then, every call rejects with the same
 * error. Why: a provider that is down must cost each login page nothing.
 */
export function createProvider(settings: OidcSettings, clock: Clock): () => Promise<Provider> {
  let found: { readonly provider: Provider; readonly until: number } | undefined
  let failed: { readonly error: unknown; readonly until: number } | undefined
  let asking: Promise<Provider> | undefined

  async function discover(): Promise<Provider> {
    const client = await loadOpenidClient()
    const { allowHttp, clientId, clientSecret, deadlineMs, issuer, privateKeyJwt } = settings
    const authentication =
      privateKeyJwt === undefined
        ? client.ClientSecretPost(clientSecret)
        : client.PrivateKeyJwt({ key: privateKeyJwt.key, ...(privateKeyJwt.kid ? { kid: privateKeyJwt.kid } : {}) })
    const config = await client.discovery(new URL(issuer), clientId, {}, authentication, {
      // Whole seconds, at least one.
      timeout: Math.max(1, Math.round(deadlineMs / 1000)),
      // By default openid-client trusts an ID token that came over TLS. Its signature is checked as well.
      execute: [client.enableNonRepudiationChecks, ...(allowHttp ? [client.allowInsecureRequests] : [])],
    })
    if (config.serverMetadata().issuer !== issuer && config.serverMetadata().issuer !== `${issuer}/`)
      throw new Error(`The provider calls itself ${JSON.stringify(config.serverMetadata().issuer)}.`)
    return { client, config }
  }

  return async function provider() {
    const now = clock()
    if (found && now < found.until) return found.provider
    if (failed && now < failed.until && failed.until <= now + RETRY_MS) throw failed.error
    asking ??= discover().finally(() => {
      asking = undefined
    })
    try {
      const discovered = await asking
      found = { provider: discovered, until: clock() + REMEMBER_MS }
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
