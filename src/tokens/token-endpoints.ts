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
  problemAnswer,
  type RequestContext,
  redirectAnswer,
  template,
  wantsPage,
} from '../http/index.ts'
import { ConfigurationError } from '../index.ts'
import type { ListedToken, MadeToken, TokenAdministration } from './token-store.ts'

/** Returns the endpoints where users see, make and end their tokens. A token alone reaches none of them. */
export function tokenEndpoints(services: AuthServices, tokens: TokenAdministration): readonly Endpoint[] {
  const signedIn = { check: (user: Authentication['user']) => user.isAuthenticated }
  const recent = { authenticatedWithin: '15m' } as const
  return [
    { method: 'GET', path: '/tokens', requirement: signedIn as Endpoint['requirement'], handle: list },
    { method: 'POST', path: '/tokens', requirement: recent, maxBodyBytes: MAX_BODY, handle: create },
    {
      method: 'POST',
      path: '/tokens/revoke',
      requirement: signedIn as Endpoint['requirement'],
      maxBodyBytes: MAX_BODY,
      handle: revoke,
    },
  ]

  async function list(context: RequestContext, _: unknown, { session }: Authentication): Promise<Answer> {
    if (session === null) return services.refusals.refuseAnonymous(context)
    return showList(context, session.userId, 200)
  }

  async function create(context: RequestContext, body: string | undefined, { session, user }: Authentication) {
    if (session === null) return services.refusals.forbid(context, user)
    const fields = fieldsOf(context, body)
    const { name, scopes } = fields
    const days = Number(fields.days)
    const expiresAt = fields.days === undefined ? undefined : services.clock() + days * DAY_MS
    try {
      const scoped = scopes === undefined ? {} : { scopes }
      const ends = expiresAt === undefined ? {} : { expiresAt }
      const made = await tokens.create({ userId: session.userId, name: name ?? '', ...scoped, ...ends })
      return wantsPage(context, answerInKind(context)) ? showMade(context, made) : jsonAnswer(made)
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      if (!wantsPage(context, answerInKind(context))) return problemAnswer(400, error.message)
      return showList(context, session.userId, 400, 'invalid')
    }
  }

  async function revoke(context: RequestContext, body: string | undefined, { session, user }: Authentication) {
    if (session === null) return services.refusals.forbid(context, user)
    const revoked = await tokens.revoke(session.userId, fieldsOf(context, body).id ?? '')
    if (!wantsPage(context, answerInKind(context))) return jsonAnswer({ revoked })
    return redirectAnswer(services.paths.below('/tokens'))
  }

  async function showList(
    context: RequestContext,
    userId: string,
    status: number,
    notice?: 'invalid',
  ): Promise<Answer> {
    const found = await tokens.list(userId)
    if (!wantsPage(context, 'json')) return jsonAnswer({ tokens: found })
    const { paths, permissions } = services
    return show(context, status, (texts, language) =>
      listPage({
        texts,
        notice: notice && texts[notice],
        action: paths.below('/tokens'),
        revoke: paths.below('/tokens/revoke'),
        permissions: permissions.map(({ name, description }) => ({ name, description })),
        tokens: found.map((token) => shown(token, texts, language)),
      }),
    )
  }

  function showMade(context: RequestContext, made: MadeToken): Answer {
    const back = services.paths.below('/tokens')
    return show(context, 200, (texts) => madePage({ texts, token: made.token, back }))
  }

  function show(context: RequestContext, status: number, content: (texts: Texts, language: string) => string): Answer {
    const page = {
      texts: TEXTS,
      heading: (texts: Texts) => texts.heading,
      content: (view: { texts: Texts; language: string }) => content(view.texts, view.language),
    }
    return pageAnswer(status, services.pages.custom<keyof Texts>(page, languagesOf(context)))
  }
}

function shown({ id, name, scopes, expiresAt, lastUsedAt }: ListedToken, texts: Texts, language: string) {
  const dateOf = (time: number) => new Date(time).toLocaleDateString(language, { dateStyle: 'medium' })
  return {
    id,
    name,
    scopes: scopes === null ? texts.everything : scopes.join(', '),
    ends: texts.ends.replace('{date}', () => dateOf(expiresAt)),
    used: lastUsedAt === null ? texts.unused : texts.used.replace('{date}', () => dateOf(lastUsedAt)),
  }
}

/** Reads a form or JSON. In a form, each permission is a field `scope:NAME`, and `limited` says that only they count, though none is ticked. */
function fieldsOf(context: RequestContext, body: string | undefined) {
  const read = parseBody(context, body)
  const fields = typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
  const own = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined)
  const textOf = (name: string) => {
    const value = own(name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const listed = own('scopes')
  const ticked = Object.keys(fields)
    .filter((name) => name.startsWith('scope:'))
    .map((name) => name.slice('scope:'.length))
  const scopes = Array.isArray(listed)
    ? listed.map(String)
    : own('limited') === undefined && ticked.length === 0
      ? undefined
      : ticked
  const days = own('days')
  return {
    name: textOf('name'),
    id: textOf('id'),
    days: typeof days === 'number' ? String(days) : textOf('days'),
    // A list that is none is a mistake, and must not give a token without limits.
    scopes: listed !== undefined && !Array.isArray(listed) ? [String(listed)] : scopes,
  }
}

const TEXTS = {
  en: {
    heading: 'API tokens',
    intro: 'A program signs in with a token in place of your password.',
    none: 'You have no tokens.',
    invalid: 'The token could not be made: it needs a name, and permissions that there are.',
    name: 'Name',
    days: 'Days until it ends',
    limited: 'Only these permissions:',
    create: 'Make a token',
    revoke: 'End',
    everything: 'everything that you may do',
    ends: 'ends {date}',
    used: 'last used {date}',
    unused: 'never used',
    made: 'This is your new token. Copy it now: it is shown only once.',
    back: 'Back to the tokens',
  },
  de: {
    heading: 'API-Token',
    intro: 'Ein Programm meldet sich mit einem Token statt mit Ihrem Passwort an.',
    none: 'Sie haben keine Token.',
    invalid: 'Der Token konnte nicht erzeugt werden: Er braucht einen Namen und Rechte, die es gibt.',
    name: 'Name',
    days: 'Tage, bis er endet',
    limited: 'Nur diese Rechte:',
    create: 'Token erzeugen',
    revoke: 'Beenden',
    everything: 'alles, was Sie dürfen',
    ends: 'endet {date}',
    used: 'zuletzt benutzt {date}',
    unused: 'nie benutzt',
    made: 'Das ist Ihr neuer Token. Kopieren Sie ihn jetzt: Er wird nur einmal gezeigt.',
    back: 'Zurück zu den Token',
  },
} as const

type Texts = Readonly<Record<keyof (typeof TEXTS)['en'], string>>

const listPage = template<{
  readonly texts: Texts
  readonly notice: string | undefined
  readonly action: string
  readonly revoke: string
  readonly permissions: readonly { readonly name: string; readonly description: string }[]
  readonly tokens: readonly ReturnType<typeof shown>[]
}>(`<% if (it.notice !== undefined) { %>
<p class="notice alarm" role="alert"><%= it.notice %></p>
<% } %>
<p><%= it.texts.intro %></p>
<% if (it.tokens.length === 0) { %><p><%= it.texts.none %></p><% } %>
<ul class="items"><% for (const token of it.tokens) { %>
<li><strong><bdi><%= token.name %></bdi></strong><br><%= token.scopes %><br><%= token.ends %>, <%= token.used %>
<form method="post" action="<%= it.revoke %>"><input type="hidden" name="id" value="<%= token.id %>">
<button type="submit" aria-label="<%= it.texts.revoke %>: <%= token.name %>"><%= it.texts.revoke %></button></form></li>
<% } %></ul>
<form method="post" action="<%= it.action %>">
<div class="entry"><label for="name"><%= it.texts.name %></label>
<input id="name" name="name" type="text" required maxlength="100" autocomplete="off"></div>
<div class="entry"><label for="days"><%= it.texts.days %></label>
<input id="days" name="days" type="number" min="1" max="365" value="90" required></div>
<% if (it.permissions.length > 0) { %>
<fieldset><legend><label class="choice"><input type="checkbox" name="limited" value="on" checked>
<span><%= it.texts.limited %></span></label></legend>
<% for (const { name, description } of it.permissions) { %>
<label class="choice"><input type="checkbox" name="scope:<%= name %>" value="on"><span><%= name %>: <%= description %></span></label>
<% } %></fieldset>
<% } %>
<button type="submit"><%= it.texts.create %></button>
</form>`)

const madePage = template<{ readonly texts: Texts; readonly token: string; readonly back: string }>(
  `<p><%= it.texts.made %></p>
<p><code><%= it.token %></code></p>
<p class="ways"><a class="way press" href="<%= it.back %>"><%= it.texts.back %></a></p>`,
)

const MAX_BODY = 16_384
const DAY_MS = 24 * 60 * 60_000
