import { randomBytes } from 'node:crypto'
import { type AuthServices, hashedKey, type RequestContext } from '../http/index.ts'

/** A request that a browser has carried to the identity provider. */
export interface SamlRequest {
  readonly provider: string
  /** The id of the AuthnRequest, which the response must name. */
  readonly id: string
  readonly next?: string | undefined
}

/** The requests of all browsers. Each is good once, for ten minutes, in its own browser. */
export interface SamlRequests {
  /** Returns the relay state of a new request, and the cookie that binds it to the browser. */
  begin(context: RequestContext): { readonly relayState: string; readonly secret: string; readonly setCookie: string }
  keep(relayState: string, secret: string, request: SamlRequest): Promise<void>
  /** Resolves to the request of a relay state, once, in the browser that began it. */
  take(context: RequestContext, relayState: string): Promise<SamlRequest | undefined>
}

interface Kept extends SamlRequest {
  /** SHA-256 of the secret in the browser's cookie. */
  readonly browser: string
}

/** Keeps the requests in the store of records. */
export function createSamlRequests(services: AuthServices): SamlRequests {
  const kept = services.records.of<Kept>('saml-request')
  // The answer comes as a form of another site, to which browsers send no other cookies.
  const cookieOf = (context: RequestContext) => services.cookie('-saml', 'none').for(context)

  function secretOf(context: RequestContext): string | undefined {
    const { cookie } = context.headers
    const found = cookieOf(context).read(typeof cookie === 'object' ? cookie.join('; ') : cookie)
    return typeof found === 'object' && SECRET.test(found.value) ? found.value : undefined
  }

  return {
    begin(context) {
      const secret = secretOf(context) ?? randomBytes(32).toString('base64url')
      const relayState = randomBytes(32).toString('base64url')
      return { relayState, secret, setCookie: cookieOf(context).set(secret, LIFETIME_MS / 1000) }
    },

    async keep(relayState, secret, request) {
      const expiresAt = services.clock() + LIFETIME_MS
      await kept.add(hashedKey(relayState), { ...request, browser: hashedKey(secret) }, { expiresAt })
    },

    async take(context, relayState) {
      const secret = secretOf(context)
      if (secret === undefined || !SECRET.test(relayState)) return undefined
      // Looked at before it is taken. Why: another browser with the relay state must not use it up.
      const found = await kept.find(hashedKey(relayState), 'missing')
      if (found?.value.browser !== hashedKey(secret)) return undefined
      return (await kept.take(found.key))?.value
    },
  }
}

const SECRET = /^[\w-]{43}$/
const LIFETIME_MS = 10 * 60_000
