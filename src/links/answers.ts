import {
  type Answer,
  type AuthServices,
  answerInKind,
  languagesOf,
  pageAnswer,
  problemAnswer,
  type RequestContext,
  wantsPage,
} from '../http/index.ts'
import { messagePage } from './pages.ts'
import { TEXTS, type Texts } from './texts.ts'

/** The answers that all pages of links share. */
export type LinkAnswers = ReturnType<typeof createAnswers>

/** Returns the answers of the pages. */
export function createAnswers(services: AuthServices) {
  const { paths } = services

  function show(context: RequestContext, status: number, heading: keyof Texts, content: (texts: Texts) => string) {
    const page = {
      texts: TEXTS,
      heading: (texts: Texts) => texts[heading],
      content: (view: { texts: Texts }) => content(view.texts),
    }
    return pageAnswer(status, services.pages.custom<keyof Texts>(page, languagesOf(context)))
  }

  function message(context: RequestContext, status: number, heading: keyof Texts, text: keyof Texts, own?: string) {
    const url = text === 'changed' || text === 'elsewhere' ? paths.home : paths.login
    return show(context, status, heading, (texts) => messagePage({ texts, text: own ?? texts[text], url }))
  }

  return {
    show,
    message,

    /** Answers for a link that is unknown, used, too old, or of another purpose: all alike. */
    over(context: RequestContext, heading: keyof Texts = 'newHeading'): Answer {
      if (!wantsPage(context, answerInKind(context))) return problemAnswer(403, 'The link is no longer good')
      return message(context, 403, heading, 'over')
    },

    tooMany(context: RequestContext, seconds: number): Answer {
      if (!wantsPage(context, answerInKind(context)))
        return problemAnswer(429, undefined, { 'retry-after': String(seconds) })
      return message(context, 429, 'askHeading', 'tooMany')
    },
  }
}
