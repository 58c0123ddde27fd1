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

/** How a login ended. Why, the audit knows: whoever tried learns no more than this. */
export type LoginResult =
  | SignedIn
  | { readonly outcome: 'refused' }
  /** The password was right, and the user has as many sessions as are allowed. */
  | { readonly outcome: 'too-many-sessions' }
  /**
   * Nobody accepted, and somebody who might have could not be asked. Says nothing about the password. `answered` when
   * somebody else was asked, and did not accept.
   */
  | { readonly outcome: 'unavailable'; readonly answered?: true }
  /** There were too many attempts. No source was asked: it says nothing about the account, nor whether there is one. */
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

/** A session has started. */
export interface SignedIn extends SealedSession {
  readonly outcome: 'signed-in'
  readonly user: User
  /** Sealed: by this the throttle knows the browser again. */
  readonly device?: string
}

/** Signing in and out, whatever the framework. */
export interface Login {
  /**
   * Asks the sources, and starts a new session when one of them accepts. A session that the browser brought along
   * ends: nothing from before a login survives it (OWASP ASVS 5.0, 7.2.4).
   *
   * @throws {CookieTooLargeError} when the account does not fit into a cookie.
   */
  signIn(form: LoginForm, context: RequestContext, before: Session | null): Promise<LoginResult>
  /**
   * Ends the session. When it resolves, its cookie is worth nothing.
   *
   * @throws {SessionUnavailableError} when the session store cannot be told: the session lives on.
   */
  signOut(session: Session, context: RequestContext): Promise<void>
}

interface LoginParts {
  readonly chain: SourceChain
  readonly sessions: Sessions
  readonly audit: AuditLogger
  readonly directory: AccountDirectory
  /** Limits on attempts. Without one, every attempt reaches the sources. */
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
    // It tells whoever guesses as much as a refusal would.
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

  /** `overtaken`: while the password was checked, the user's sessions were revoked, perhaps because it had changed. */
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

    /** Ends like a wrong password, in what is said, in its time and in what is counted. */
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

  /** A login that cannot end what it takes the place of is none. */
  async function endBefore(before: Session, started: Session): Promise<void> {
    try {
      await sessions.revoke({ session: before.id })
    } catch (error) {
      sessions.abandon(started.id)
      throw error
    }
  }

  /** Asks again where a revocation has overtaken the login, a few times at most. */
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
/** What tells whoever guesses that a name is not known, or a password wrong. */
const JUDGED = ['unknown', 'rejected', 'blocked'] as const
const TRIED_TOO_OFTEN = 'the account has been tried too often, under several names'
const TOO_MANY = 'the user has as many sessions as are allowed'

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}

function ofSession(session: Session, context: RequestContext) {
  return { user: session.userId, userName: session.account.name, session: session.id, request: audited(context) }
}

/** Leaves the headers behind. */
export function audited({ requestId, method, path, clientAddress }: AuditedContext): AuditedContext {
  return { requestId, method, path, clientAddress }
}
