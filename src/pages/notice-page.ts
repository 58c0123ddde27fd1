import { type PageView, renderDocument } from './layout.ts'
import type { PageMessages } from './messages.ts'
import { template } from './template.ts'

/**
 * The reason why a browser gets a notice instead of the requested page. `forbidden`: refused. `unavailable`:
 * undecidable at the moment. `again`: the user must sign in again first. `signed-out-here`: the browser is led to
 * `homeUrl`, where another service signs the user out.
 */
export type PageNotice = 'forbidden' | 'unavailable' | 'again' | 'signed-out-here'

/** The input of a template for the notice page. */
export interface NoticeView extends PageView {
  readonly notice: PageNotice
  /** The name of the signed-in user on the page of a refusal, where the name is known. */
  readonly name?: string | undefined
  /** The login page, linked to if given. */
  readonly loginUrl?: string | undefined
  /** True when the same page can be requested again: the request was a GET or similar, rather than a sent form. */
  readonly retry?: boolean | undefined
  /** The application's first page, linked to if given. */
  readonly homeUrl?: string | undefined
}

/**
 * Renders the page that a browser gets instead of the requested one, as a whole HTML document.
 *
 * The page names the signed-in user. Roles and requirements are left out. Why: the page must not tell what a user needs
 * for access. The likeliest link is the page's one primary button.
 */
export function renderNoticePage(view: NoticeView): string {
  const { messages } = view
  const [heading, text] = MESSAGES_OF[view.notice]
  return renderDocument(view, messages[heading], noticeTemplate({ ...view, text: messages[text], ways: waysOut(view) }))
}

const MESSAGES_OF = {
  forbidden: ['forbiddenHeading', 'forbiddenText'],
  unavailable: ['unavailableHeading', 'unavailableText'],
  again: ['againHeading', 'againText'],
  'signed-out-here': ['signedOutHereHeading', 'signedOutHereText'],
} as const satisfies Record<PageNotice, readonly (keyof PageMessages)[]>

interface Way {
  readonly url: string
  readonly text: string
}

/** Returns the links, the likeliest first. During an outage the login is left out, because it would fail too. */
function waysOut({ notice, name, loginUrl, homeUrl, retry, messages }: NoticeView): Way[] {
  const login = loginUrl && { url: loginUrl, text: name === undefined ? messages.goToLogin : messages.otherAccount }
  // An empty link leads to the page itself, at any path that a proxy has given it.
  const again = retry && { url: '', text: messages.retry }
  const home = homeUrl && { url: homeUrl, text: notice === 'signed-out-here' ? messages.goOn : messages.goHome }
  return [notice === 'unavailable' ? again : login, home].filter(
    (way) => way !== undefined && way !== '' && way !== false,
  )
}

const noticeTemplate = template<NoticeView & { text: string; ways: readonly Way[] }>(`\
<% if (it.name !== undefined) { %>
<p class="who"><span><%= it.messages.signedInAs %></span> <strong><bdi><%= it.name %></bdi></strong></p>
<% } %>
<p><%= it.text %></p>
<% if (it.ways.length > 0) { %>
<p class="ways">
<% it.ways.forEach(({ url, text }, index) => { %>
<a class="way<% if (index === 0) { %> press<% } %>" href="<%= url %>"><%= text %></a>
<% }) %>
</p>
<% } %>
`)
