import type { AuditLogger } from '../audit/audit-logger.ts'
import type { Clock } from '../clock.ts'
import { RecordsUnavailableError, SessionUnavailableError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import type { RequestContext } from '../request-context.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { ChainResult, Trail } from '../users/chain-result.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import type { SourceChain } from '../users/source-chain.ts'
import { type AttemptLimiter, NO_LIMITS } from './attempt-limiter.ts'
import { audited, ofSession } from './audited.ts'
import { type CompleteLogin, TOO_MANY } from './complete-login.ts'
import type { LoginForm } from './login-form.ts'
import type { ExtensionLogin, Login, LoginResult } from './login-result.ts'
import type { ProvedLogin } from './login-step.ts'
import type { PendingLogins } from './pending-logins.ts'

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
  ): Refused {
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
    if (outcome === 'unavailable') return answered ? { outcome, answered } : { outcome }
    return { outcome }
  }

  /** Ends a login like a wrong password: with the same answer, the same time and the same count. */
  async function withhold(form: LoginForm, attempt: LoginAttempt, trail: Trail, reason: string): Promise<Refused> {
    const refusal = await chain.refuse(attempt, { trail })
    failed(refusal.outcome, form, attempt.request, refusal.trail, reason)
    return refusal.outcome === 'unavailable' ? { outcome: 'unavailable', answered: true } : { outcome: 'refused' }
  }

  /** Asks the sources whether the password is right. */
  async function prove(
    form: LoginForm,
    attempt: LoginAttempt,
    mayTell: (result: ChainResult) => Promise<boolean>,
  ): Promise<ProvedLogin | Refused> {
    const { persistent, username, next } = form
    const revision = await sessions.revision()
    const result = await chain.authenticate(attempt)
    const { trail } = result
    const isToldOf = await mayTell(result)
    if (result.outcome !== 'accepted') return failed(result.outcome, form, attempt.request, trail)
    if (!isToldOf) return withhold(form, attempt, trail, TRIED_TOO_OFTEN)
    const { source, account } = result
    return { source, account, revision, persistent, methods: { password: clock() }, trail, username, next }
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
    const context = attempt.request
    const login = await prove(form, attempt, mayTell)
    if ('outcome' in login) return login
    const { trail = [] } = login
    try {
      const completion = await complete(login, context, before)
      if (completion.outcome === 'disabled') return await withhold(form, attempt, trail, DISABLED)
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

    async checkPassword(form, context) {
      const { username, password, fields } = form
      const attempt = new LoginAttempt({ username, password, fields, request: context })
      const admission = await limiter.admit(attempt)
      if (!admission.admitted) return { outcome: 'throttled', retryAfterSeconds: admission.retryAfterSeconds }
      let end: Refused | 'proved' | undefined
      try {
        const login = await prove(form, attempt, admission.mayTell)
        if (!('outcome' in login)) {
          const userId = `${login.source}:${login.account.id}`
          end = 'proved'
          return { outcome: 'accepted', userId, revision: login.revision }
        }
        end = login
      } finally {
        await admission.settle(end)
      }
      const { outcome } = await admission.conclude(end)
      return { outcome: outcome === 'refused' ? 'refused' : 'unavailable' }
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

/** A login that ends without a session. */
type Refused = Extract<LoginResult, { outcome: 'refused' | 'unavailable' | 'too-many-sessions' }>

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
