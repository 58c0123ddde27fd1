import {
  type Answer,
  type AuthServices,
  answerInKind,
  jsonAnswer,
  languagesOf,
  pageAnswer,
  problemAnswer,
  type RequestContext,
  wantsPage,
  withHeaders,
} from '../http/index.ts'
import type { Session, User } from '../index.ts'
import type { Factors, RefusedCode } from './factors.ts'
import { codeForm, enrolForm, overPage, permissionForm } from './pages.ts'
import { TEXTS, type Texts } from './texts.ts'

/** The user that a request is about: of a login that waits for the step, or of a session. */
export interface Subject {
  readonly userId: string
  readonly name: string
  readonly user: Pick<User, 'isSuperuser' | 'roleNames'>
  /** The session. Null for a login that waits. */
  readonly session: Session | null
  readonly signedIn: User | null
  /** Binds a permission of the administration to this login or session. */
  readonly binding: string
}

/** Returns the answers of the endpoints: pages for browsers, JSON for programs. */
export function createAnswers(services: AuthServices, factors: Factors, issuer: string) {
  const { loginFlow, paths } = services
  // Known once all extensions are there, which is when a page is shown.
  const waysOn = () => loginFlow.otherWays('second-factor', '/second-factor')
  return { codePage, enrolment, over, permissionPage, refuse, show }

  async function enrolment(
    context: RequestContext,
    { binding, name, userId }: Subject,
    next: string | undefined,
    status: number,
    notice?: keyof Texts,
  ): Promise<Answer> {
    const totp = await factors.totp()
    const secret = await factors.begin(userId, binding)
    const uri = totp.uriOf(secret, issuer, name.replaceAll(':', ' '))
    if (!wantsPage(context, 'json')) return jsonAnswer({ uri, secret })
    const action = paths.below('/second-factor/enrol')
    const readable = secret.match(/.{1,4}/g)?.join(' ') ?? secret
    return show(context, status, 'enrolHeading', (texts) =>
      enrolForm({
        texts,
        action,
        next,
        otherWays: waysOn(),
        notice: notice && texts[notice],
        qr: totp.qrOf(uri),
        secret: readable,
      }),
    )
  }

  function codePage(context: RequestContext, status: number, next: string | undefined, notice?: keyof Texts): Answer {
    const action = paths.below('/second-factor')
    return show(context, status, 'stepHeading', (texts) =>
      codeForm({ texts, action, next, otherWays: waysOn(), notice: notice && texts[notice] }),
    )
  }

  function permissionPage(context: RequestContext, status: number, next: string | undefined, notice?: keyof Texts) {
    const action = paths.below('/second-factor/enrol')
    return show(context, status, 'enrolHeading', (texts) =>
      permissionForm({ texts, action, next, otherWays: waysOn(), notice: notice && texts[notice] }),
    )
  }

  async function refuse(
    context: RequestContext,
    checked: RefusedCode,
    page: (status: number, notice: keyof Texts) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const isThrottled = checked.outcome === 'throttled'
    const status = isThrottled ? 429 : 403
    const answer = wantsPage(context, answerInKind(context))
      ? await page(status, isThrottled ? 'tooMany' : 'wrongCode')
      : problemAnswer(status)
    return isThrottled ? withHeaders(answer, { 'retry-after': String(checked.retryAfterSeconds) }) : answer
  }

  /** Answers where neither a login waits nor anybody is signed in. */
  function over(context: RequestContext): Answer {
    if (!wantsPage(context, answerInKind(context))) return problemAnswer(401)
    return show(context, 401, 'stepHeading', (texts) => overPage({ texts, loginUrl: paths.login }))
  }

  function show(
    context: RequestContext,
    status: number,
    heading: keyof Texts,
    content: (texts: Texts) => string,
  ): Answer {
    const page = {
      texts: TEXTS,
      heading: (texts: Texts) => texts[heading],
      content: (view: { texts: Texts }) => content(view.texts),
    }
    return pageAnswer(status, services.pages.custom<keyof Texts>(page, languagesOf(context)))
  }
}
