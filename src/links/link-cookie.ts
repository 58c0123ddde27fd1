import { type Answer, type AuthServices, type RequestContext, redirectAnswer, withCookies } from '../http/index.ts'
import type { LinkKind, LinkStore } from './account-links.ts'
import type { LinkAnswers } from './answers.ts'

/** Moves the secret of a link from its address into a cookie. Why: addresses stand in logs, histories and referrers. */
export function createLinkCookie(services: AuthServices, links: LinkStore, answers: LinkAnswers) {
  const cookieOf = (context: RequestContext) => services.cookie('-link').for(context)

  return {
    /** Answers a link of a mail: with the cookie, and the way to the page without the secret. */
    follow(context: RequestContext, kind: LinkKind): Answer {
      const token = new URLSearchParams(context.query).get('token') ?? ''
      if (!SECRET.test(token)) return answers.over(context)
      const cookie = cookieOf(context).set(token, COOKIE_SECONDS)
      return withCookies(redirectAnswer(services.paths.below(`/${kind}/new`)), [cookie])
    },

    /** Resolves to the link of this browser, when it is good for this purpose. */
    async linkOf(context: RequestContext, kind: LinkKind) {
      const { cookie } = context.headers
      const read = cookieOf(context).read(typeof cookie === 'object' ? cookie.join('; ') : cookie)
      if (typeof read !== 'object' || !SECRET.test(read.value)) return undefined
      const found = await links.find(read.value)
      return found?.value.kind === kind ? found : undefined
    },

    clear: (context: RequestContext) => cookieOf(context).clear(),
  }
}

const SECRET = /^[\w-]{43}$/
const COOKIE_SECONDS = 900
