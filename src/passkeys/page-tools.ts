import {
  type Answer,
  type AuthServices,
  languagesOf,
  pageAnswer,
  problemAnswer,
  type RequestContext,
} from '../http/index.ts'
import { TEXTS, type Texts } from './texts.ts'

/** Records an event about passkeys. */
export type RecordPasskeyEvent = (
  context: RequestContext,
  action: string,
  user: string | null,
  details?: Readonly<Record<string, string>>,
) => void

/** Returns what the endpoints of passkeys answer and record with. */
export function pageTools(services: AuthServices) {
  const { paths } = services
  const record: RecordPasskeyEvent = ({ requestId, method, path, clientAddress }, action, user, details = {}) => {
    const request = { requestId, method, path, clientAddress }
    services.record({ type: 'extension', extension: 'passkeys', action, user, details, request })
  }
  return { page, record, refused }

  function refused(context: RequestContext, action: string, user: string | null): Answer {
    record(context, action, user)
    return problemAnswer(403, 'The passkey was not accepted')
  }

  function page(
    context: RequestContext,
    heading: keyof Texts,
    content: (texts: Texts, language: string) => string,
  ): Answer {
    const custom = {
      texts: TEXTS,
      heading: (texts: Texts) => texts[heading],
      content: ({ language, texts }: { readonly texts: Texts; readonly language: string }) => content(texts, language),
      scriptUrl: paths.below('/passkey/script.js'),
    }
    return pageAnswer(200, services.pages.custom<keyof Texts>(custom, languagesOf(context)))
  }
}
