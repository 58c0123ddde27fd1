import type { RequestContext } from '../request-context.ts'
import type { ChainResult } from '../users/chain-result.ts'
import type { LoginAttempt } from '../users/login-attempt.ts'
import type { LoginResult } from './login-result.ts'

/** Decides which login attempts reach the sources. `throttle/` holds the limiter that counts. */
export interface AttemptLimiter {
  /** Resolves once the attempt may go on, or at once when it is refused. */
  admit(attempt: LoginAttempt): Promise<LimitedAttempt>
  /** Returns the sealed device cookie for a login that was completed after a further step. */
  deviceOf?(username: string, userId: string, context: RequestContext): string
}

/** An attempt that was admitted, or one that was refused. */
export type LimitedAttempt = AdmittedAttempt | { readonly admitted: false; readonly retryAfterSeconds: number }

/** An attempt that reaches the sources. The login always reports how the attempt ended. */
export interface AdmittedAttempt {
  readonly admitted: true
  /** Resolves to true when a right password may be reported. On false, it must look like a wrong password. */
  mayTell(result: ChainResult): Promise<boolean>
  /** Counts the end of the attempt. `proved`: the password was right, and no session was asked for. Undefined means an error, which counts apart from a wrong password. */
  settle(result: LoginResult | 'proved' | undefined): Promise<void>
  /** Resolves to the result as the browser gets it, when the browser may get it. */
  conclude(result: LoginResult): Promise<LoginResult>
}

/** Lets every attempt through at once. */
export const NO_LIMITS: AttemptLimiter = Object.freeze({
  admit: async () => ({
    admitted: true,
    mayTell: async () => true,
    settle: async () => {},
    conclude: async (result: LoginResult) => result,
  }),
} satisfies AttemptLimiter)
