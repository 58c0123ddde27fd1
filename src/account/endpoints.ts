import {
  type Answer,
  type Authentication,
  type AuthServices,
  answerInKind,
  type Endpoint,
  jsonAnswer,
  languagesOf,
  pageAnswer,
  parseBody,
  type RequestContext,
  redirectAnswer,
  wantsPage,
} from '../http/index.ts'
import type { ListedSession, User } from '../index.ts'
import { accountContent, type ShownSession } from './content.ts'
import { TEXTS, type Texts } from './texts.ts'

/** Returns the endpoints of the account page. A token alone reaches none of them: they need a session. */
export function accountEndpoints(services: AuthServices): readonly Endpoint[] {
  const requirement = { check: (user: User) => user.isAuthenticated } as Endpoint['requirement']
  return [
    { method: 'GET', path: '/account', requirement, handle: show },
    { method: 'POST', path: '/account/sessions', requirement, maxBodyBytes: 4096, handle: endSessions },
  ]

  async function show(context: RequestContext, _: unknown, authentication: Authentication): Promise<Answer> {
    const { session, user } = authentication
    if (session === null || user.id === null) return services.refusals.forbid(context, user)
    const sessions = await Array.fromAsync(services.sessions.list({ userId: user.id, current: session }))
    if (!wantsPage(context, 'json')) return jsonAnswer({ user, id: user.id, sessions: sessions.map(toJson) })
    const sections = await sectionsOf(context, authentication)
    const page = {
      texts: TEXTS,
      heading: (texts: Texts) => texts.heading,
      content: ({ texts, language }: { readonly texts: Texts; readonly language: string }) =>
        accountContent({
          texts,
          user: {
            name: user.name,
            description: user.description,
            source: user.source ?? '',
            isSuperuser: user.isSuperuser,
            roles: user.roles.map(({ name, description, permissions }) => ({
              name,
              description,
              permissions: permissions.map((permission) => permission.description),
            })),
          },
          sessions: sessions.map((each) => shown(each, texts, language)),
          action: services.paths.below('/account/sessions'),
          logoutUrl: services.paths.logout,
          sections,
        }),
    }
    return pageAnswer(200, services.pages.custom<keyof Texts>(page, languagesOf(context)))
  }

  async function sectionsOf(context: RequestContext, authentication: Authentication): Promise<readonly string[]> {
    const language = services.pages.languageFor(languagesOf(context))
    const found = services.extensions
      .map((extension) => extension.accountSection?.(services))
      .filter((section) => section !== undefined)
      .sort((a, b) => a.order - b.order)
    const rendered = await Promise.all(found.map((section) => section.render(context, authentication, language)))
    return rendered.filter((html) => html !== undefined)
  }

  /** Ends one session of the user, or all but the present one. */
  async function endSessions(context: RequestContext, body: string | undefined, { session, user }: Authentication) {
    if (session === null || user.id === null) return services.refusals.forbid(context, user)
    const read = parseBody(context, body)
    const { others, session: id } = (typeof read === 'object' && read !== null ? read : {}) as Record<string, unknown>
    let ended = 0
    if (others !== undefined) ended = await services.sessions.revoke({ user: user.id, except: session.id })
    // Only a session of this user: `user` stands beside it.
    else if (typeof id === 'string') ended = await services.sessions.revoke({ user: user.id, session: id })
    if (!wantsPage(context, answerInKind(context))) return jsonAnswer({ ended })
    return redirectAnswer(services.paths.below('/account'))
  }
}

function toJson({ id, startedAt, lastSeenAt, expiresAt, device, clientAddress, current, persistent }: ListedSession) {
  return { id, startedAt, lastSeenAt, expiresAt, device, clientAddress, current, persistent }
}

function shown(session: ListedSession, texts: Texts, language: string): ShownSession {
  const { clientAddress, current, device, id, lastSeenAt, startedAt } = session
  const timeOf = (time: number) =>
    new Date(time).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return {
    id,
    current,
    device: device ?? texts.unknownDevice,
    clientAddress: clientAddress ?? '',
    started: texts.started.replace('{time}', () => timeOf(startedAt)),
    seen: texts.seen.replace('{time}', () => timeOf(lastSeenAt)),
  }
}
