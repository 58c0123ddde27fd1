import type { ChainResult } from '../users/chain-result.ts'
import type { LoginAttempt } from '../users/login-attempt.ts'
import type { LoginResult } from './login.ts'

/** Decides which attempts to sign in reach the sources. `throttle/` has the one that counts. */
export interface AttemptLimiter {
  /** Resolves once the attempt may go on, or at once when it may not. */
  admit(attempt: LoginAttempt): Promise<LimitedAttempt>
}

/** An attempt that was let through, or one that was not. */
export type LimitedAttempt = AdmittedAttempt | { readonly admitted: false; readonly retryAfterSeconds: number }

/** An attempt that reaches the sources. The login says how it ended, whatever happens. */
export interface AdmittedAttempt {
  readonly admitted: true
  /** Resolves to whether a right password may be told. When not, it has to look like a wrong one. */
  mayTell(result: ChainResult): Promise<boolean>
  /** Counts the end of the attempt. Undefined: the login failed with an error, which is no wrong password. */
  settle(result: LoginResult | undefined): Promise<void>
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
