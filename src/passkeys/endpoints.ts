import {
  ANYONE,
  ANYONE_WITHOUT_USER,
  type Answer,
  type Authentication,
  type Endpoint,
  jsonAnswer,
  problemAnswer,
  type RequestContext,
  withCookies,
} from '../http/index.ts'
import { fieldsOf } from './fields.ts'
import { loadWebauthn } from './load-webauthn.ts'
import { manageEndpoints } from './manage-endpoints.ts'
import { pageTools } from './page-tools.ts'
import { passkeyPage } from './pages.ts'
import type { PasskeyParts } from './parts.ts'
import { SCRIPT } from './script.ts'
import { createVerifier } from './verify-answer.ts'

/** Returns the endpoints of passkeys: signing in, the second step, and adding and removing them. */
export function passkeyEndpoints(parts: PasskeyParts): readonly Endpoint[] {
  const { services, challenges, rules } = parts
  const { page, record, refused } = pageTools(services)
  const verified = createVerifier(parts, record)
  const { loginFlow, paths } = services
  const { rpId } = rules
  const body = { maxBodyBytes: MAX_BODY } as const
  const alone: readonly Endpoint[] = [
    { method: 'GET', path: '/passkey', requirement: ANYONE_WITHOUT_USER, handle: (context) => show(context, 'login') },
    {
      method: 'POST',
      path: '/passkey/options',
      requirement: ANYONE_WITHOUT_USER,
      ...body,
      handle: (context) => offer(context, 'login'),
    },
    { method: 'POST', path: '/passkey/login', requirement: ANYONE_WITHOUT_USER, ...body, handle: signIn },
  ]
  return [
    ...(rules.onlyStep ? alone : []),
    { method: 'GET', path: '/passkey/script.js', requirement: ANYONE_WITHOUT_USER, handle: script },
    { method: 'GET', path: '/passkey/second', requirement: ANYONE, handle: (context) => show(context, 'second') },
    {
      method: 'POST',
      path: '/passkey/second/options',
      requirement: ANYONE,
      ...body,
      handle: (context) => offer(context, 'second'),
    },
    { method: 'POST', path: '/passkey/second', requirement: ANYONE, ...body, handle: second },
    ...manageEndpoints(parts),
  ]

  function show(context: RequestContext, purpose: 'login' | 'second'): Answer {
    const next = paths.carried(new URLSearchParams(context.query).get('next'))
    const base = purpose === 'login' ? '/passkey' : '/passkey/second'
    return page(context, 'heading', (texts) =>
      passkeyPage({
        texts,
        options: paths.below(`${base}/options`),
        verify: paths.below(purpose === 'login' ? '/passkey/login' : '/passkey/second'),
        next: next ?? '',
        loginUrl:
          purpose === 'login'
            ? paths.login
            : (loginFlow.otherWays('second-factor', '/passkey/second')[0] ?? paths.login),
      }),
    )
  }

  /** Gives the browser a challenge. The credentials of the user stay unnamed. Why: a stranger must not learn them. */
  async function offer(context: RequestContext, purpose: 'login' | 'second'): Promise<Answer> {
    const refused = await loginFlow.begin(context)
    if (refused) return refused
    const { generateAuthenticationOptions } = await loadWebauthn()
    const { challenge, setCookie } = await challenges.begin(context, purpose)
    const options = await generateAuthenticationOptions({
      rpID: rpId,
      challenge: Buffer.from(challenge, 'base64url'),
      userVerification: 'required',
    })
    return withCookies(jsonAnswer(options), [setCookie])
  }

  async function signIn(context: RequestContext, text: string | undefined): Promise<Answer> {
    const { next, response } = fieldsOf(context, text)
    const revision = await services.revision()
    const found = await verified(context, 'login', response)
    if (!found?.owner) return refused(context, 'login-refused', null)
    const present = await services.lookup(found.owner)
    if (present?.outcome === 'unavailable') return services.refusals.unavailable(context)
    if (present?.outcome !== 'accepted') return refused(context, 'login-refused', found.owner)
    const now = services.clock()
    const source = found.owner.slice(0, found.owner.indexOf(':'))
    const result = await services.signInProved(
      {
        source,
        account: present.account,
        revision,
        persistent: false,
        methods: { passkey: now, 'second-factor': now },
        next,
      },
      context,
      services.sessionToEnd(context),
    )
    return led(loginFlow.answer(context, result, { next }), next)
  }

  async function second(context: RequestContext, text: string | undefined, { session, user }: Authentication) {
    const { next, response } = fieldsOf(context, text)
    const waiting = await loginFlow.pending(context)
    const userId = waiting ? `${waiting.login.source}:${waiting.login.account.id}` : session && user.id
    if (!userId) return problemAnswer(401)
    const found = await verified(context, 'second', response)
    if (found?.owner !== userId) return refused(context, 'step-refused', userId)
    if (waiting) return led(await loginFlow.continue(context, 'second-factor'), waiting.login.next)
    if (session === null) return problemAnswer(401)
    const result = await services.strengthen(session, 'second-factor', context)
    return led(loginFlow.answer(context, result, { next }), next)
  }

  /** Answers the script with the address where it leads the browser. */
  function led(answer: Answer, next: string | undefined): Answer {
    if (answer.status >= 400) return answer
    const location = answer.headers.location ?? paths.after(next)
    return withCookies(jsonAnswer({ location }), answer.cookies)
  }
}

/** The one script of the pages. */
function script(): Answer {
  const headers = {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  }
  return { status: 200, headers, cookies: [], body: SCRIPT }
}

const MAX_BODY = 65_536
