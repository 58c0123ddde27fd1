import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type AuthServices, hashedKey, type RequestContext } from '../http/index.ts'

/** What this application remembers of a browser that is at the provider. */
export interface AuthorizationRequest {
  readonly provider: string
  readonly verifier: string
  readonly nonce: string
  readonly next?: string | undefined
  /** The longest time since the user proved the identity at the provider, in seconds. */
  readonly maxAge?: number | undefined
}

/** The requests of all browsers that are at a provider. Each is good once, for ten minutes, in its own browser. */
export interface AuthorizationRequests {
  /** Keeps a request. Resolves to its state, and to the cookie that binds it to the browser. */
  begin(context: RequestContext, request: AuthorizationRequest): Promise<{ state: string; setCookie: string }>
  /** Resolves to the request of a state, once, in the browser that began it. Undefined for every other state. */
  take(context: RequestContext, state: string): Promise<AuthorizationRequest | undefined>
}

interface Kept extends AuthorizationRequest {
  /** SHA-256 of the secret in the browser's cookie. */
  readonly browser: string
}

/** Keeps the requests in the store of records, sealed. */
export function createAuthorizationRequests(services: AuthServices): AuthorizationRequests {
  const kept = services.records.of<Kept>('oidc-request')
  const cookieOf = (context: RequestContext) => services.cookie('-oidc').for(context)

  function secretOf(context: RequestContext): string | undefined {
    const { cookie } = context.headers
    const found = cookieOf(context).read(typeof cookie === 'object' ? cookie.join('; ') : cookie)
    return typeof found === 'object' && SECRET.test(found.value) ? found.value : undefined
  }

  return {
    async begin(context, request) {
      // One secret for all tabs of a browser. Why: signing in from two tabs at once works.
      const secret = secretOf(context) ?? randomBytes(32).toString('base64url')
      const state = randomBytes(32).toString('base64url')
      const expiresAt = services.clock() + LIFETIME_MS
      await kept.add(hashedKey(state), { ...request, browser: hashedKey(secret) }, { expiresAt })
      return { state, setCookie: cookieOf(context).set(secret, LIFETIME_MS / 1000) }
    },

    async take(context, state) {
      const secret = secretOf(context)
      if (secret === undefined || !SECRET.test(state)) return undefined
      // Looked at before it is taken. Why: another browser with the state must not use it up.
      const found = await kept.find(hashedKey(state), 'missing')
      if (!found || !isSame(found.value.browser, hashedKey(secret))) return undefined
      const { browser: _, ...request } = (await kept.take(found.key))?.value ?? { browser: undefined }
      return 'nonce' in request ? request : undefined
    },
  }
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

const SECRET = /^[\w-]{43}$/
const LIFETIME_MS = 10 * 60_000
