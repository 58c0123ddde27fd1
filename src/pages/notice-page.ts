import { type PageView, renderDocument } from './layout.ts'
import type { PageMessages } from './messages.ts'
import { template } from './template.ts'

/**
 * Why a browser gets a notice instead of the page it asked for: refused, not to be decided at the moment, or not before
 * signing in again.
 */
export type PageNotice = 'forbidden' | 'unavailable' | 'again'

/** What a template for the notice page is given. */
export interface NoticeView extends PageView {
  readonly notice: PageNotice
  /** Who is signed in, as far as that is known and says something: on the page of a refusal. */
  readonly name?: string | undefined
  /** The login page, linked to if given. */
  readonly loginUrl?: string | undefined
  /** Whether the same page can be asked for again: it was not a form that was sent. */
  readonly retry?: boolean | undefined
  /** The application's first page, linked to if given. */
  readonly homeUrl?: string | undefined
}

/**
 * The page a browser is shown in place of the one it asked for, as a whole HTML document.
 *
 * It names the person who is signed in, and no role and no requirement: it tells nobody what they would need to get in.
 * Of the ways out, the likeliest one is the page's one primary button.
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
} as const satisfies Record<PageNotice, readonly (keyof PageMessages)[]>

interface Way {
  readonly url: string
  readonly text: string
}

/** The likeliest way out first. During an outage that is no login, which could not be checked either. */
function waysOut({ notice, name, loginUrl, homeUrl, retry, messages }: NoticeView): Way[] {
  const login = loginUrl && { url: loginUrl, text: name === undefined ? messages.goToLogin : messages.otherAccount }
  // A link to nothing leads to the page itself, wherever a proxy has put it.
  const again = retry && { url: '', text: messages.retry }
  const home = homeUrl && { url: homeUrl, text: messages.goHome }
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
