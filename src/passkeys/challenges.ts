import { randomBytes } from 'node:crypto'
import { type AuthServices, hashedKey, type RequestContext } from '../http/index.ts'

/** What a challenge is for. An answer to a challenge of one purpose is refused for another. */
export type ChallengePurpose = 'register' | 'login' | 'second'

/** The challenges of all browsers. Each is good once, for five minutes, in its own browser. */
export interface Challenges {
  /** Makes a challenge in base64url, and the cookie that binds it to the browser. */
  begin(context: RequestContext, purpose: ChallengePurpose): Promise<{ challenge: string; setCookie: string }>
  /** Takes a challenge. Resolves to true in the browser that began it, once. */
  take(context: RequestContext, purpose: ChallengePurpose, challenge: string): Promise<boolean>
}

interface Kept {
  readonly purpose: ChallengePurpose
  /** SHA-256 of the secret in the browser's cookie. */
  readonly browser: string
}

/** Keeps the challenges in the store of records. */
export function createChallenges(services: AuthServices): Challenges {
  const kept = services.records.of<Kept>('passkey-challenge')
  const cookieOf = (context: RequestContext) => services.cookie('-passkey').for(context)

  function secretOf(context: RequestContext): string | undefined {
    const { cookie } = context.headers
    const found = cookieOf(context).read(typeof cookie === 'object' ? cookie.join('; ') : cookie)
    return typeof found === 'object' && SECRET.test(found.value) ? found.value : undefined
  }

  return {
    async begin(context, purpose) {
      const secret = secretOf(context) ?? randomBytes(32).toString('base64url')
      const challenge = randomBytes(32).toString('base64url')
      const expiresAt = services.clock() + LIFETIME_MS
      await kept.add(hashedKey(challenge), { purpose, browser: hashedKey(secret) }, { expiresAt })
      return { challenge, setCookie: cookieOf(context).set(secret, LIFETIME_MS / 1000) }
    },

    async take(context, purpose, challenge) {
      const secret = secretOf(context)
      if (secret === undefined || !SECRET.test(challenge)) return false
      const found = await kept.find(hashedKey(challenge), 'missing')
      if (found?.value.purpose !== purpose || found.value.browser !== hashedKey(secret)) return false
      return (await kept.take(found.key)) !== undefined
    },
  }
}

const SECRET = /^[\w-]{43}$/
const LIFETIME_MS = 5 * 60_000
