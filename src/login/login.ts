import type { AuditLogger } from '../audit/audit-logger.ts'
import type { Clock } from '../clock.ts'
import { RecordsUnavailableError, SessionUnavailableError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import type { RequestContext } from '../request-context.ts'
import type { SealedSession, Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { ChainResult, Trail } from '../users/chain-result.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import type { SourceChain } from '../users/source-chain.ts'
import type { User } from '../users/user.ts'
import { type AttemptLimiter, NO_LIMITS } from './attempt-limiter.ts'
import { audited, ofSession } from './audited.ts'
import { type CompleteLogin, TOO_MANY } from './complete-login.ts'
import type { LoginForm } from './login-form.ts'
import type { ProvedLogin } from './login-step.ts'
import type { PendingLogins } from './pending-logins.ts'

/** The end of a login. The reason stands in the audit alone. Why: an attacker must not learn it. */
export type LoginResult =
  | SignedIn
  /** The password was right, and one more step is needed. There is no session yet. */
  | StepRequired
  | { readonly outcome: 'refused' }
  /** The password was right, and the user has as many sessions as are allowed. */
  | { readonly outcome: 'too-many-sessions' }
  /**
   * The login failed while a source that might have accepted was unavailable. Leaves open whether the password was
   * right. `answered` when another source was asked, and refused.
   */
  | { readonly outcome: 'unavailable'; readonly answered?: true }
  /** There were too many attempts. The sources stay unasked, so that the answer is the same for unknown accounts. */
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

/** A session has started. */
export interface SignedIn extends SealedSession {
  readonly outcome: 'signed-in'
  readonly user: User
  /** The sealed device cookie, by which the throttle recognises the browser. */
  readonly device?: string
  /** The path where the browser is led, as the first request of the login gave it. */
  readonly next?: string | undefined
}

/** A login waits for one more step. */
export interface StepRequired {
  readonly outcome: 'step-required'
  /** The name of the step, such as `second-factor`. */
  readonly step: string
  /** The path of the page of the step, below the prefix of the login endpoints. */
  readonly path: string
  /** The secret by which the browser continues the login. */
  readonly token: string
}

/** Signs users in and out, in every framework. */
export interface Login {
  /**
   * Asks the sources, and starts a new session when one of them accepts. The former session of the browser ends with
   * the login (OWASP ASVS 5.0, 7.2.4).
   *
   * @throws {CookieTooLargeError} when the account is too large for a cookie.
   */
  signIn(form: LoginForm, context: RequestContext, before: Session | null): Promise<LoginResult>
  /**
   * Ends the session. When the promise resolves, the cookie is refused.
   *
   * @throws {SessionUnavailableError} when the session store fails to answer: the session may live on.
   */
  signOut(session: Session, context: RequestContext): Promise<void>
}

/** The ways of signing in that extensions use, beside the password. */
export interface ExtensionLogin {
  /**
   * Signs in a user whose identity an extension has proved. Further steps are asked for as after a password.
   *
   * @throws {CookieTooLargeError} when the account is too large for a cookie.
   */
  signInProved(login: ProvedLogin, context: RequestContext, before: Session | null): Promise<LoginResult>
  /** Resolves to the login that waits for a step, by its token. */
  pending(token: string): Promise<ProvedLogin | undefined>
  /** Continues a login, once, after its step was done with `method`. Refused when the token is unknown or used. */
  continueSignIn(token: string, method: string, context: RequestContext, before: Session | null): Promise<LoginResult>
  /** Adds a method to a live session. A new session replaces it. The time of the login stays. */
  strengthen(session: Session, method: string, context: RequestContext): Promise<LoginResult>
}

export interface LoginParts {
  readonly chain: SourceChain
  readonly sessions: Sessions
  readonly audit: AuditLogger
  readonly complete: CompleteLogin
  readonly pending: PendingLogins
  /** Limits on attempts. By default, every attempt reaches the sources. */
  readonly limiter?: AttemptLimiter | undefined
  readonly clock: Clock
}

export function createLogin(parts: LoginParts): Login & ExtensionLogin {
  const { chain, sessions, audit, complete, pending, limiter = NO_LIMITS, clock } = parts

  function failed(
    outcome: 'refused' | 'unavailable' | 'too-many-sessions',
    { username }: { readonly username: string },
    context: RequestContext,
    trail: Trail,
    reason?: string,
  ): LoginResult {
    const entry = {
      type: 'login.failed',
      outcome,
      username: username.slice(0, 200),
      trail,
      request: audited(context),
    } as const
    audit.record(reason === undefined ? entry : { ...entry, reason })
    const said = new Set(trail.map((step) => step.outcome))
    const answered = !said.has('accepted') && JUDGED.some((answer) => said.has(answer))
    // Why: for an attacker who guesses, this answer says as much as a refusal.
    if (outcome === 'unavailable' && answered) return { outcome, answered }
    return { outcome }
  }

  /**
   * Tries one login. `overtaken`: the sessions of the user were revoked during the password check, perhaps after a
   * change of the password.
   */
  async function signInOnce(
    form: LoginForm,
    attempt: LoginAttempt,
    before: Session | null,
    mayTell: (result: ChainResult) => Promise<boolean>,
  ): Promise<LoginResult | 'overtaken'> {
    const { persistent, username, next } = form
    const context = attempt.request
    const revision = await sessions.revision()
    const result = await chain.authenticate(attempt)
    const { trail } = result
    const isToldOf = await mayTell(result)
    if (result.outcome !== 'accepted') return failed(result.outcome, form, context, trail)

    /** Ends the login like a wrong password: with the same answer, the same time and the same count. */
    async function withhold(reason: string): Promise<LoginResult> {
      const refusal = await chain.refuse(attempt, { trail })
      failed(refusal.outcome, form, context, refusal.trail, reason)
      return refusal.outcome === 'unavailable' ? { outcome: 'unavailable', answered: true } : { outcome: 'refused' }
    }

    if (!isToldOf) return withhold(TRIED_TOO_OFTEN)
    try {
      const { source, account } = result
      const login = { source, account, revision, persistent, methods: { password: clock() }, trail, username, next }
      const completion = await complete(login, context, before)
      if (completion.outcome === 'disabled') return await withhold(DISABLED)
      if (completion.outcome === 'overtaken') return 'overtaken'
      if (completion.outcome === 'too-many-sessions') return failed(completion.outcome, form, context, trail, TOO_MANY)
      return completion
    } catch (error) {
      const refusal = failed('unavailable', form, context, trail, reasonOf(error))
      if (isOutage(error)) return refusal
      throw error
    }
  }

  /** Completes a login without a password check: whatever stands against it refuses it. */
  async function completeProved(login: ProvedLogin, context: RequestContext, before: Session | null) {
    const said = { username: login.username ?? login.account.name }
    const { trail = [] } = login
    try {
      const completion = await complete(login, context, before)
      if (completion.outcome === 'disabled') return failed('refused', said, context, trail, DISABLED)
      if (completion.outcome === 'overtaken') return failed('refused', said, context, trail, OVERTAKEN)
      if (completion.outcome === 'too-many-sessions') return failed(completion.outcome, said, context, trail, TOO_MANY)
      return completion
    } catch (error) {
      const refusal = failed('unavailable', said, context, trail, reasonOf(error))
      if (isOutage(error)) return refusal
      throw error
    }
  }

  /** Tries a login again when a revocation has overtaken it, a few times at most. */
  async function signInNow(
    form: LoginForm,
    attempt: LoginAttempt,
    before: Session | null,
    mayTell: (result: ChainResult) => Promise<boolean>,
  ): Promise<LoginResult> {
    try {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const result = await signInOnce(form, attempt, before, mayTell)
        if (result !== 'overtaken') return result
      }
    } catch (error) {
      if (!(error instanceof SessionUnavailableError)) throw error
      return failed('unavailable', form, attempt.request, [], reasonOf(error))
    }
    return failed('unavailable', form, attempt.request, [], 'the sessions of the user keep being revoked')
  }

  return {
    async signIn(form, context, before) {
      const { username, password, fields } = form
      const attempt = new LoginAttempt({ username, password, fields, request: context })
      const admission = await limiter.admit(attempt)
      if (!admission.admitted) return { outcome: 'throttled', retryAfterSeconds: admission.retryAfterSeconds }
      let result: LoginResult | undefined
      try {
        result = await signInNow(form, attempt, before, admission.mayTell)
      } finally {
        await admission.settle(result)
      }
      return admission.conclude(result)
    },

    signInProved: completeProved,
    pending: pending.find,

    async continueSignIn(token, method, context, before) {
      const login = await pending.take(token)
      if (!login) return { outcome: 'refused' }
      const methods = { ...login.methods, [method]: clock() }
      const result = await completeProved({ ...login, methods }, context, before)
      if (result.outcome !== 'signed-in' || login.username === undefined) return result
      const device = limiter.deviceOf?.(login.username, result.session.userId, context)
      return device === undefined ? result : { ...result, device }
    },

    strengthen(session, method, context) {
      const { source, account, startedAt, startedAtRevision, persistent } = session
      const methods = { ...(session.methods ?? { password: startedAt }), [method]: clock() }
      const login = { source, account, revision: startedAtRevision, persistent, methods, continues: session }
      return completeProved(login, context, session)
    },

    async signOut(session, context) {
      await sessions.revoke({ session: session.id })
      audit.record({ type: 'logout', ...ofSession(session, context) })
    },
  }
}

const MAX_TRIES = 3
/** The outcomes by which an attacker who guesses learns of an unknown name or a wrong password. */
const JUDGED = ['unknown', 'rejected', 'blocked'] as const
const TRIED_TOO_OFTEN = 'the account has been tried too often, under several names'
const DISABLED = 'disabled by the application'
const OVERTAKEN = 'the sessions of the user were revoked during the login'

/** Tells whether a store failed to answer, so that the login may be tried again later. */
function isOutage(error: unknown): boolean {
  return error instanceof SessionUnavailableError || error instanceof RecordsUnavailableError
}
