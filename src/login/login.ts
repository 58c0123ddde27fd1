import type { AuditLogger } from '../audit/audit-logger.ts'
import { SessionUnavailableError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import type { AuditedContext, RequestContext } from '../request-context.ts'
import type { SealedSession, Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { AccountDirectory } from '../users/account-directory.ts'
import type { ChainResult, Trail } from '../users/chain-result.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import type { SourceChain } from '../users/source-chain.ts'
import { type User, userId } from '../users/user.ts'
import { type AttemptLimiter, NO_LIMITS } from './attempt-limiter.ts'
import type { LoginForm } from './login-form.ts'

/** The end of a login. The reason stands in the audit alone. Why: an attacker must not learn it. */
export type LoginResult =
  | SignedIn
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

interface LoginParts {
  readonly chain: SourceChain
  readonly sessions: Sessions
  readonly audit: AuditLogger
  readonly directory: AccountDirectory
  /** Limits on attempts. By default, every attempt reaches the sources. */
  readonly limiter?: AttemptLimiter | undefined
}

export function createLogin({ chain, sessions, audit, directory, limiter = NO_LIMITS }: LoginParts): Login {
  function failed(
    outcome: Exclude<LoginResult['outcome'], 'signed-in' | 'throttled'>,
    { username }: LoginForm,
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

  async function assignedTo(id: string) {
    try {
      return await directory.assignment(id)
    } catch (cause) {
      throw new SessionUnavailableError('The role assignments do not answer.', { cause })
    }
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
    const { persistent } = form
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
      const assigned = await assignedTo(userId(result.source, result.account.id))
      if (assigned?.disabled) return await withhold('disabled by the application')
      const start = await sessions.start(result.source, result.account, {
        persistent,
        revision,
        replaces: before?.id,
        assignedRoles: assigned?.roles ?? [],
        origin: { clientAddress: context.clientAddress, userAgent: textOf(context.headers['user-agent']) },
      })
      if (start.outcome === 'overtaken') return 'overtaken'
      if (start.outcome === 'too-many-sessions') return failed(start.outcome, form, context, trail, TOO_MANY)
      const { session, sealed, ended } = start
      for (const id of ended)
        audit.record({ type: 'session.revoked', target: { session: id }, ended: 1, reason: TOO_MANY })
      if (before) await endBefore(before, session)
      audit.record({ type: 'login.succeeded', ...ofSession(session, context), persistent, trail })
      return { outcome: 'signed-in', user: directory.userOf(session), session, sealed }
    } catch (error) {
      const refusal = failed('unavailable', form, context, trail, reasonOf(error))
      if (error instanceof SessionUnavailableError) return refusal
      throw error
    }
  }

  /** Ends the former session. The login fails when the former session goes on. */
  async function endBefore(before: Session, started: Session): Promise<void> {
    try {
      await sessions.revoke({ session: before.id })
    } catch (error) {
      sessions.abandon(started.id)
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
const TOO_MANY = 'the user has as many sessions as are allowed'

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}

function ofSession(session: Session, context: RequestContext) {
  return { user: session.userId, userName: session.account.name, session: session.id, request: audited(context) }
}

/** Returns the parts of a request for the audit, without the headers. */
export function audited({ requestId, method, path, clientAddress }: AuditedContext): AuditedContext {
  return { requestId, method, path, clientAddress }
}
