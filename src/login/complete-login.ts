import type { AuditLogger } from '../audit/audit-logger.ts'
import { SessionUnavailableError } from '../errors.ts'
import type { RequestContext } from '../request-context.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { AccountDirectory, Assignment } from '../users/account-directory.ts'
import { userId } from '../users/user.ts'
import { audited, ofSession } from './audited.ts'
import type { SignedIn, StepRequired } from './login-result.ts'
import type { LoginStep, ProvedLogin } from './login-step.ts'
import type { PendingLogins } from './pending-logins.ts'

/** The end of a login whose identity was proved. */
export type Completion =
  | SignedIn
  | StepRequired
  /** The user was disabled by the application. From outside, it looks like a wrong password. */
  | { readonly outcome: 'disabled' }
  | { readonly outcome: 'too-many-sessions' }
  /** The sessions of the user were revoked since the proof, perhaps after a change of the password. */
  | { readonly outcome: 'overtaken' }

/** Completes a login: asks for further steps, and starts the session. The session `before` ends with the new one. */
export type CompleteLogin = (login: ProvedLogin, context: RequestContext, before: Session | null) => Promise<Completion>

export interface CompleteLoginParts {
  readonly sessions: Sessions
  readonly audit: AuditLogger
  readonly directory: AccountDirectory
  /** Returns the steps of the extensions. A function, since the extensions join last. */
  readonly steps: () => readonly LoginStep[]
  readonly pending: PendingLogins
  /** Tells the extensions of a session, before its cookie is sent. */
  readonly started: (session: Session, login: ProvedLogin, before: Session | null) => Promise<void>
}

/**
 * Returns the function that every way of signing in ends with.
 *
 * The function throws {@link SessionUnavailableError} or {@link RecordsUnavailableError} when a store fails to answer,
 * and {@link CookieTooLargeError} when the account is too large for a cookie.
 */
export function createCompleteLogin(parts: CompleteLoginParts): CompleteLogin {
  const { sessions, audit, directory, steps, pending } = parts

  async function assignedTo(id: string): Promise<Assignment | undefined> {
    try {
      return await directory.assignment(id)
    } catch (cause) {
      throw new SessionUnavailableError('The role assignments do not answer.', { cause })
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

  /** Resolves to the step of this name that the user can take: the first one that the user has, or else itself. */
  async function usable(required: LoginStep, id: string): Promise<LoginStep> {
    for (const step of steps()) if (step.name === required.name && (await step.has?.(id))) return step
    return required
  }

  return async function complete(login, context, before) {
    const { source, account, persistent, revision, methods, continues, trail = [] } = login
    const id = userId(source, account.id)
    const assigned = await assignedTo(id)
    if (assigned?.disabled) return { outcome: 'disabled' }
    const assignedRoles = assigned?.roles ?? []

    if (steps().length > 0) {
      const user = directory.userOf({ source, account, assignedRoles, startedAt: continues?.startedAt ?? 0, methods })
      for (const required of steps()) {
        if (!(await required.isRequired({ user, methods, request: context }))) continue
        const { name, path } = await usable(required, id)
        const request = audited(context)
        audit.record({ type: 'login.step-required', step: name, user: id, userName: account.name, request })
        return { outcome: 'step-required', step: name, path, token: await pending.begin(login) }
      }
    }

    const start = await sessions.start(source, account, {
      persistent,
      revision,
      replaces: before?.id,
      assignedRoles,
      methods: isPasswordAlone(methods) && !continues ? undefined : methods,
      continues,
      origin: { clientAddress: context.clientAddress, userAgent: textOf(context.headers['user-agent']) },
    })
    if (start.outcome !== 'started') return start
    const { session, sealed, ended } = start
    for (const each of ended)
      audit.record({ type: 'session.revoked', target: { session: each }, ended: 1, reason: TOO_MANY })
    try {
      await parts.started(session, login, before)
    } catch (error) {
      sessions.abandon(session.id)
      throw error
    }
    if (before) await endBefore(before, session)
    audit.record({
      type: 'login.succeeded',
      ...ofSession(session, context),
      persistent,
      methods: Object.keys(methods),
      trail,
    })
    return { outcome: 'signed-in', user: directory.userOf(session), session, sealed, next: login.next }
  }
}

/** The reason in the audit event of a login beyond the limit of sessions. */
export const TOO_MANY = 'the user has as many sessions as are allowed'

/** Why told apart: a session without methods means the password, and a shorter cookie. */
function isPasswordAlone(methods: ProvedLogin['methods']): boolean {
  return 'password' in methods && Object.keys(methods).length === 1
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}
