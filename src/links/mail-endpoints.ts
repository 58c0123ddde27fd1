import {
  ANYONE_WITHOUT_USER,
  type Answer,
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
import { InvalidUsernameError, PasswordRefusedError, UserExistsError } from '../index.ts'
import { withDeadline } from '../resilience/deadline.ts'
import { type LinkStore, managedSource } from './account-links.ts'
import { createAnswers } from './answers.ts'
import { fieldsOf } from './fields.ts'
import { createLinkCookie } from './link-cookie.ts'
import type { LinksOptions } from './links.ts'
import { confirmForm, mailForm, newUserForm } from './pages.ts'

interface Parts extends Pick<LinksOptions, 'deliver' | 'signUp'> {
  readonly services: AuthServices
  readonly links: LinkStore
}

/** Returns the endpoints where people prove a mail address: of their account, or of one that they want to have. */
export function mailEndpoints({ services, links, deliver, signUp }: Parts): readonly Endpoint[] {
  const { attempts, paths } = services
  const answers = createAnswers(services)
  const { message, over, show, tooMany } = answers
  const { follow, linkOf, clear } = createLinkCookie(services, links, answers)
  const page = { method: 'GET', requirement: ANYONE_WITHOUT_USER } as const
  const form = { method: 'POST', requirement: ANYONE_WITHOUT_USER, maxBodyBytes: 8192 } as const
  const verification: readonly Endpoint[] = [
    { ...page, path: '/verify/link', handle: (context) => follow(context, 'verify') },
    { ...page, path: '/verify/new', handle: showVerify },
    { ...form, path: '/verify/new', handle: verify },
  ]
  if (!signUp) return verification
  return [
    ...verification,
    { ...page, path: '/signup', handle: (context) => askPage(context, 200) },
    { ...form, path: '/signup', handle: askForLink },
    { ...page, path: '/signup/link', handle: (context) => follow(context, 'signup') },
    { ...page, path: '/signup/new', handle: showNew },
    { ...form, path: '/signup/new', handle: (context, body) => addUser(context, body, signUp) },
  ]

  async function showVerify(context: RequestContext): Promise<Answer> {
    const found = await linkOf(context, 'verify')
    if (!found) return over(context, 'verifyHeading')
    const view = { action: paths.below('/verify/new'), mail: found.value.mail ?? '' }
    return show(context, 200, 'verifyHeading', (texts) => confirmForm({ texts, ...view }))
  }

  async function verify(context: RequestContext): Promise<Answer> {
    const found = await linkOf(context, 'verify')
    if (!found?.value.mail || !(await links.claim(found))) return over(context, 'verifyHeading')
    const { username, mail } = found.value
    const source = managedSource(services)
    try {
      const user = await source.get(username)
      await source.edit(username, { properties: { ...user?.properties, mail } })
    } catch (error) {
      await links.release(found)
      throw error
    }
    await links.remove(found)
    record('mail-verified', found.owner, 'the mail address was set')
    const answer = wantsPage(context, answerInKind(context))
      ? message(context, 200, 'verifyHeading', 'verified')
      : jsonAnswer({ verified: true })
    return withCookies(answer, [clear(context)])
  }

  /** Answers at once and alike. The rest happens in the background. */
  async function askForLink(context: RequestContext, body: string | undefined): Promise<Answer> {
    const { mail } = fieldsOf(context, body)
    if (mail === undefined) return askPage(context, 400)
    const counted = await attempts.consume('signup-client', context.clientAddress, MOST_OF_CLIENT, HOUR_MS)
    if (!counted.allowed) return tooMany(context, counted.retryAfterSeconds)
    const language = services.pages.languageFor(languagesOf(context))
    setImmediate(() => void send(mail, language))
    if (!wantsPage(context, answerInKind(context))) return jsonAnswer({ sent: true })
    return message(context, 200, 'signUpHeading', 'signUpSent')
  }

  async function send(mail: string, language: string): Promise<void> {
    let secret: string | undefined
    try {
      const counted = await attempts.consume('signup-mail', mail.toLowerCase(), MOST_OF_MAIL, HOUR_MS)
      if (!counted.allowed) return record('signup-not-sent', null, 'too many links for this mail address')
      if (!(await signUp?.accept(mail))) return record('signup-not-sent', null, 'refused by the application')
      const { link } = await links.signUp(mail)
      secret = new URL(link).searchParams.get('token') ?? undefined
      const delivery = { kind: 'signup', to: mail, link, username: '', language } as const
      await withDeadline({ ms: 60_000, background: true }, () => deliver(delivery))
      record('signup-sent', null, 'delivered')
    } catch (error) {
      const reason = reasonOf(error)
      record('signup-not-sent', null, secret === undefined ? reason : reason.replaceAll(secret, '…'))
    }
  }

  async function showNew(context: RequestContext): Promise<Answer> {
    return (await linkOf(context, 'signup')) ? newPage(context, 200) : over(context, 'signUpHeading')
  }

  async function addUser(
    context: RequestContext,
    body: string | undefined,
    { accept, roles = [] }: NonNullable<LinksOptions['signUp']>,
  ): Promise<Answer> {
    const { username, password } = fieldsOf(context, body)
    const found = await linkOf(context, 'signup')
    const mail = found?.value.mail
    if (!found || mail === undefined) return over(context, 'signUpHeading')
    if (username === undefined || password === undefined) return newPage(context, 400)
    if (!(await links.claim(found))) return over(context, 'signUpHeading')
    try {
      // Why again: another link may have given the address an account meanwhile.
      if (!(await accept(mail))) return over(context, 'signUpHeading')
      const source = managedSource(services)
      const user = await source.add({ username, password, roles, properties: { mail } })
      record('signed-up', `${source.name}:${user.id}`, 'the account was added')
    } catch (error) {
      await links.release(found)
      const told = [PasswordRefusedError, InvalidUsernameError, UserExistsError].some((each) => error instanceof each)
      if (told) return newPage(context, 400, (error as Error).message)
      throw error
    }
    await links.remove(found)
    const answer = wantsPage(context, answerInKind(context))
      ? message(context, 200, 'signUpHeading', 'signedUp')
      : jsonAnswer({ added: true })
    return withCookies(answer, [clear(context)])
  }

  function askPage(context: RequestContext, status: 200 | 400): Answer {
    if (status === 400 && !wantsPage(context, answerInKind(context))) return problemAnswer(400)
    return show(context, status, 'signUpHeading', (texts) => mailForm({ texts, action: paths.below('/signup') }))
  }

  function newPage(context: RequestContext, status: 200 | 400, notice?: string): Answer {
    if (status === 400 && !wantsPage(context, answerInKind(context))) return problemAnswer(400, notice)
    const action = paths.below('/signup/new')
    return show(context, status, 'signUpHeading', (texts) => newUserForm({ texts, action, notice }))
  }

  function record(action: string, user: string | null, reason: string): void {
    services.record({ type: 'extension', extension: 'links', action, user, details: { reason } })
  }
}

const HOUR_MS = 60 * 60_000
const MOST_OF_CLIENT = 20
const MOST_OF_MAIL = 3
