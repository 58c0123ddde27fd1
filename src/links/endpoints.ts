import {
  ANYONE,
  ANYONE_WITHOUT_USER,
  type Answer,
  type Authentication,
  type AuthServices,
  answerInKind,
  type Endpoint,
  jsonAnswer,
  languagesOf,
  problemAnswer,
  type RequestContext,
  reasonOf,
  wantsPage,
  withCookies,
} from '../http/index.ts'
import { PasswordRefusedError, UserNotFoundError } from '../index.ts'
import { withDeadline } from '../resilience/deadline.ts'
import { type LinkKind, type LinkStore, managedSource } from './account-links.ts'
import { createAnswers } from './answers.ts'
import { fieldsOf } from './fields.ts'
import { createLinkCookie } from './link-cookie.ts'
import type { LinksOptions } from './links.ts'
import { askForm, passwordForm } from './pages.ts'
import type { Texts } from './texts.ts'

/** The purposes of links that set a password. */
type PasswordLink = Extract<LinkKind, 'reset' | 'invite'>

interface Parts extends Required<Pick<LinksOptions, 'deliver' | 'mailOf' | 'usernameOf' | 'elsewhere'>> {
  readonly services: AuthServices
  readonly links: LinkStore
}

/** Returns the endpoints for changing a password, and for setting one by a link. */
export function linkEndpoints({ services, links, deliver, mailOf, usernameOf, elsewhere }: Parts): readonly Endpoint[] {
  const { attempts, paths } = services
  const answers = createAnswers(services)
  const { message, over, show, tooMany } = answers
  const { follow, linkOf, clear } = createLinkCookie(services, links, answers)
  const form = { requirement: ANYONE_WITHOUT_USER, maxBodyBytes: 8192 } as const
  const byLink = (kind: PasswordLink): readonly Endpoint[] => [
    {
      method: 'GET',
      path: `/${kind}/link`,
      requirement: ANYONE_WITHOUT_USER,
      handle: (context) => follow(context, kind),
    },
    {
      method: 'GET',
      path: `/${kind}/new`,
      requirement: ANYONE_WITHOUT_USER,
      handle: (context) => showNew(context, kind),
    },
    { method: 'POST', path: `/${kind}/new`, ...form, handle: (context, body) => setNew(context, body, kind) },
  ]
  return [
    { method: 'GET', path: '/reset', requirement: ANYONE_WITHOUT_USER, handle: (context) => askPage(context, 200) },
    { method: 'POST', path: '/reset', ...form, handle: askForLink },
    ...byLink('reset'),
    ...byLink('invite'),
    { method: 'GET', path: '/password', requirement: ANYONE, handle: showChange },
    { method: 'POST', path: '/password', requirement: ANYONE, maxBodyBytes: 8192, handle: change },
  ]

  /** Answers at once and alike. The rest happens in the background. */
  async function askForLink(context: RequestContext, body: string | undefined): Promise<Answer> {
    const { username } = fieldsOf(context, body)
    if (username === undefined) return askPage(context, 400)
    const counted = await attempts.consume('links-client', context.clientAddress, MOST_OF_CLIENT, HOUR_MS)
    if (!counted.allowed) return tooMany(context, counted.retryAfterSeconds)
    const language = services.pages.languageFor(languagesOf(context))
    setImmediate(() => void send(username, language))
    if (!wantsPage(context, answerInKind(context))) return jsonAnswer({ sent: true })
    return message(context, 200, 'askHeading', 'sent')
  }

  async function send(typed: string, language: string): Promise<void> {
    let secret: string | undefined
    try {
      const source = managedSource(services)
      const username = await usernameOf(typed)
      const user = username === undefined ? undefined : await source.get(username)
      const to = user && !user.disabled ? mailOf(user) : undefined
      if (!user || to === undefined) return record('reset-not-sent', null, 'no account, or no mail address')
      const owner = `${source.name}:${user.id}`
      const counted = await attempts.consume('links-account', owner, MOST_OF_ACCOUNT, HOUR_MS)
      if (!counted.allowed) return record('reset-not-sent', owner, 'too many links of this account')
      const { link } = await links.reset(user.username)
      secret = new URL(link).searchParams.get('token') ?? undefined
      const delivery = { kind: 'reset', to, link, username: user.username, language } as const
      await withDeadline({ ms: DELIVERY_MS, background: true }, () => deliver(delivery))
      record('reset-sent', owner, 'delivered')
    } catch (error) {
      const reason = reasonOf(error)
      // Why: a message of the application may repeat the link.
      record('reset-not-sent', null, secret === undefined ? reason : reason.replaceAll(secret, '…'))
    }
  }

  async function showNew(context: RequestContext, kind: PasswordLink): Promise<Answer> {
    const found = await linkOf(context, kind)
    return found ? newPage(context, 200, kind) : over(context)
  }

  async function setNew(context: RequestContext, body: string | undefined, kind: PasswordLink): Promise<Answer> {
    const { password } = fieldsOf(context, body)
    const found = await linkOf(context, kind)
    if (!found) return over(context)
    if (password === undefined) return newPage(context, 400, kind)
    if (!(await links.claim(found))) return over(context)
    try {
      await managedSource(services).setPassword(found.value.username, password)
    } catch (error) {
      if (error instanceof UserNotFoundError) return over(context)
      // The link stays good until a password was set.
      await links.release(found)
      if (error instanceof PasswordRefusedError) return newPage(context, 400, kind, error.message)
      throw error
    }
    record(`${kind}-used`, found.owner, 'the password was set')
    const answer = wantsPage(context, answerInKind(context))
      ? message(context, 200, 'newHeading', 'done')
      : jsonAnswer({ changed: true })
    return withCookies(answer, [clear(context), services.clearCookie(context)])
  }

  function showChange(context: RequestContext, _: unknown, { session, user }: Authentication): Answer {
    if (session === null) return services.refusals.refuseAnonymous(context)
    const source = managedSource(services)
    if (user.source === source.name) return changePage(context, 200)
    return message(context, 200, 'changeHeading', 'elsewhere', elsewhere[user.source ?? ''])
  }

  async function change(context: RequestContext, body: string | undefined, { session, user }: Authentication) {
    if (session === null || user.id === null) return services.refusals.refuseAnonymous(context)
    const source = managedSource(services)
    if (user.source !== source.name) return problemAnswer(409, 'The password is changed elsewhere')
    const { password, former } = fieldsOf(context, body)
    if (password === undefined || former === undefined) return changePage(context, 400)
    const counted = await attempts.consume('password-change', user.id, MOST_CHANGES, 15 * 60_000)
    if (!counted.allowed) return tooMany(context, counted.retryAfterSeconds)
    const account = await source.get(user.name)
    if (!account || `${source.name}:${account.id}` !== user.id) return services.refusals.forbid(context, user)
    if (!(await source.verifyPassword(account.username, former))) {
      record('change-refused', user.id, 'wrong password')
      return changePage(context, 403, 'wrong')
    }
    try {
      await source.setPassword(account.username, password, { keepSession: session.id })
    } catch (error) {
      if (error instanceof PasswordRefusedError) return changePage(context, 400, undefined, error.message)
      throw error
    }
    await attempts.clear('password-change', user.id)
    record('changed', user.id, 'the password was changed')
    if (!wantsPage(context, answerInKind(context))) return jsonAnswer({ changed: true })
    return message(context, 200, 'changeHeading', 'changed')
  }

  function askPage(context: RequestContext, status: 200 | 400): Answer {
    if (status === 400 && !wantsPage(context, answerInKind(context))) return problemAnswer(400)
    return show(context, status, 'askHeading', (texts) => askForm({ texts, action: paths.below('/reset') }))
  }

  function newPage(context: RequestContext, status: 200 | 400, kind: PasswordLink, notice?: string): Answer {
    if (status === 400 && !wantsPage(context, answerInKind(context))) return problemAnswer(400, notice)
    const action = paths.below(`/${kind}/new`)
    return show(context, status, 'newHeading', (texts) => passwordForm({ texts, action, notice, asksFormer: false }))
  }

  function changePage(context: RequestContext, status: 200 | 400 | 403, named?: keyof Texts, notice?: string): Answer {
    if (status !== 200 && !wantsPage(context, answerInKind(context))) return problemAnswer(status, notice)
    return show(context, status, 'changeHeading', (texts) =>
      passwordForm({
        texts,
        action: paths.below('/password'),
        notice: named ? texts[named] : notice,
        asksFormer: true,
      }),
    )
  }

  function record(action: string, user: string | null, reason: string): void {
    services.record({ type: 'extension', extension: 'links', action, user, details: { reason } })
  }
}

const HOUR_MS = 60 * 60_000
const DELIVERY_MS = 60_000
const MOST_OF_CLIENT = 20
const MOST_OF_ACCOUNT = 3
const MOST_CHANGES = 5
