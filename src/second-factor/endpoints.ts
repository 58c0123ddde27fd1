import {
  ANYONE,
  type Answer,
  type Authentication,
  type AuthServices,
  answerInKind,
  type Endpoint,
  hashedKey,
  jsonAnswer,
  problemAnswer,
  type RequestContext,
  redirectAnswer,
  wantsPage,
  withCookies,
} from '../http/index.ts'
import type { User } from '../index.ts'
import { createAnswers, type Subject } from './answers.ts'
import type { Factors } from './factors.ts'
import { fieldsOf } from './fields.ts'
import { codesPage, factorPage } from './pages.ts'
import type { Texts } from './texts.ts'

interface Parts {
  readonly services: AuthServices
  readonly factors: Factors
  readonly issuer: string
  readonly isRequired: (user: Pick<User, 'isSuperuser' | 'roleNames'>) => boolean
}

/** Returns the endpoints of the second factor: the step itself, and adding and removing a factor. */
export function secondFactorEndpoints({ services, factors, issuer, isRequired }: Parts): readonly Endpoint[] {
  const { loginFlow, paths, refusals } = services
  const permitted = services.records.of<true>('totp-permitted')
  const { codePage, enrolment, over, permissionPage, refuse, show } = createAnswers(services, factors, issuer)
  const form = { requirement: ANYONE, maxBodyBytes: 4096 } as const
  return [
    { method: 'GET', path: '/second-factor', requirement: ANYONE, handle: askForCode },
    { method: 'POST', path: '/second-factor', ...form, handle: takeCode },
    { method: 'GET', path: '/second-factor/enrol', requirement: ANYONE, handle: showEnrolment },
    { method: 'POST', path: '/second-factor/enrol', ...form, handle: enrol },
    { method: 'POST', path: '/second-factor/remove', ...form, handle: remove },
  ]

  async function subjectOf(context: RequestContext, { session, user }: Authentication): Promise<Subject | undefined> {
    const waiting = await loginFlow.pending(context)
    if (waiting) {
      const { account, source } = waiting.login
      const userId = `${source}:${account.id}`
      const present = services.userOf(source, account, [])
      const binding = waiting.token
      return { userId, name: account.name, user: present, session: null, signedIn: null, binding }
    }
    if (session === null || user.id === null) return undefined
    return { userId: user.id, name: user.name, user, session, signedIn: user, binding: session.id }
  }

  async function askForCode(context: RequestContext, _: unknown, authentication: Authentication): Promise<Answer> {
    const subject = await subjectOf(context, authentication)
    if (!subject) return over(context)
    const next = nextOf(context)
    if (!(await factors.has(subject.userId))) return redirectAnswer(withNext('/second-factor/enrol', next))
    return codePage(context, 200, next)
  }

  async function takeCode(context: RequestContext, body: string | undefined, authentication: Authentication) {
    const subject = await subjectOf(context, authentication)
    if (!subject) return over(context)
    const { code, next } = fieldsOf(context, body, paths)
    const checked = code === undefined ? WRONG : await factors.check(subject.userId, code)
    if (checked.outcome !== 'right') {
      record(context, 'code-refused', subject, { outcome: checked.outcome })
      return refuse(context, checked, (status, notice) => codePage(context, status, next, notice))
    }
    record(context, 'code-accepted', subject, { by: checked.by })
    return finish(context, subject, next)
  }

  /** Ends the step: the login goes on, or the session has the method from now on. */
  async function finish(context: RequestContext, { session }: Subject, next: string | undefined): Promise<Answer> {
    if (session === null) return loginFlow.continue(context, 'second-factor')
    const result = await services.strengthen(session, 'second-factor', context)
    return loginFlow.answer(context, result, { next })
  }

  async function showEnrolment(context: RequestContext, _: unknown, authentication: Authentication): Promise<Answer> {
    const subject = await subjectOf(context, authentication)
    if (!subject) return over(context)
    const next = nextOf(context)
    const state = await factors.state(subject.userId)
    if (state) {
      if (subject.session === null) return redirectAnswer(withNext('/second-factor', next))
      if (!wantsPage(context, 'json')) return jsonAnswer(state)
      const left = (texts: Texts) => texts.left.replace('{count}', () => String(state.recoveryCodes))
      const action = paths.below('/second-factor/remove')
      return show(context, 200, 'hasHeading', (texts) => factorPage({ texts, action, left: left(texts) }))
    }
    return (await mayNotEnrol(context, subject, next)) ?? enrolment(context, subject, next, 200)
  }

  async function enrol(context: RequestContext, body: string | undefined, authentication: Authentication) {
    const subject = await subjectOf(context, authentication)
    if (!subject) return over(context)
    if (await factors.has(subject.userId)) return problemAnswer(409, 'There is a second factor already')
    const { code, next, permission } = fieldsOf(context, body, paths)
    if (permission !== undefined) {
      const allowed = await factors.usePermission(subject.userId, permission)
      if (allowed.outcome !== 'right') {
        record(context, 'permission-refused', subject, { outcome: allowed.outcome })
        return refuse(context, allowed, (status, notice) => permissionPage(context, status, next, notice))
      }
      await permitted.add(hashedKey(subject.binding), true, { expiresAt: services.clock() + PERMITTED_MS })
      return wantsPage(context, answerInKind(context))
        ? redirectAnswer(withNext('/second-factor/enrol', next))
        : enrolment(context, subject, next, 200)
    }
    const refused = await mayNotEnrol(context, subject, next)
    if (refused) return refused
    const confirmed = code === undefined ? WRONG : await factors.confirm(subject.userId, subject.binding, code)
    if ('outcome' in confirmed)
      return refuse(context, confirmed, (status, notice) => enrolment(context, subject, next, status, notice))
    record(context, 'added', subject)
    const { cookies, headers, status } = await finish(context, subject, next)
    if (status >= 400) return problemAnswer(503)
    const onward = headers.location ?? paths.after(next)
    const answer = wantsPage(context, answerInKind(context))
      ? show(context, 200, 'doneHeading', (texts) => codesPage({ texts, codes: confirmed, onward }))
      : jsonAnswer({ recoveryCodes: confirmed })
    return withCookies(answer, cookies)
  }

  /** Returns a refusal unless this user may add a factor now: see `SecondFactorAdministration.allowEnrolment`. */
  async function mayNotEnrol(context: RequestContext, subject: Subject, next: string | undefined) {
    const { signedIn, binding } = subject
    const isStale = signedIn !== null && services.clock() - (signedIn.authenticatedAt ?? 0) >= RECENT_MS
    if (isStale) return refusals.askAgain(context, '10m')
    if (signedIn !== null && !isRequired(subject.user)) return undefined
    if (await permitted.find(hashedKey(binding), 'missing')) return undefined
    if (!wantsPage(context, 'json')) return problemAnswer(403, 'A code of the administration is needed')
    return permissionPage(context, 403, next)
  }

  async function remove(context: RequestContext, _: unknown, { session, user }: Authentication): Promise<Answer> {
    if (session === null || user.id === null) return refusals.refuseAnonymous(context)
    const usedAt = user.authenticatedWith['second-factor']
    if (usedAt === undefined || services.clock() - usedAt >= RECENT_MS)
      return refusals.askMethod(context, 'second-factor', '10m')
    if (isRequired(user)) return refusals.forbid(context, user)
    await factors.remove(user.id)
    // Sessions of the user may have been strengthened by the factor that is gone.
    await services.sessions.revoke({ user: user.id })
    const subject = { userId: user.id, name: user.name, user, session, signedIn: user, binding: session.id }
    record(context, 'removed', subject)
    return wantsPage(context, answerInKind(context)) ? redirectAnswer(paths.login) : jsonAnswer({ removed: true })
  }

  function withNext(path: string, next: string | undefined): string {
    return next === undefined ? paths.below(path) : `${paths.below(path)}?${new URLSearchParams({ next })}`
  }

  function nextOf({ query }: RequestContext): string | undefined {
    return paths.carried(new URLSearchParams(query).get('next'))
  }

  function record(
    { requestId, method, path, clientAddress }: RequestContext,
    action: string,
    { userId }: Pick<Subject, 'userId'>,
    details: Readonly<Record<string, string>> = {},
  ): void {
    const request = { requestId, method, path, clientAddress }
    services.record({ type: 'extension', extension: 'second-factor', action, user: userId, details, request })
  }
}

const WRONG = { outcome: 'wrong' } as const
const RECENT_MS = 10 * 60_000
const PERMITTED_MS = 15 * 60_000
