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
  /** The login page, linked to if given. */
  readonly loginUrl?: string | undefined
  /** The application's first page, linked to if given. */
  readonly homeUrl?: string | undefined
}

/**
 * The page a browser is shown in place of the one it asked for, as a whole HTML document.
 *
 * Constant: it names no user, no role and no requirement, so it tells nobody what they would need to get in.
 */
export function renderNoticePage(view: NoticeView): string {
  const { messages } = view
  const [heading, text] = MESSAGES_OF[view.notice]
  return renderDocument(view, messages[heading], noticeTemplate({ ...view, text: messages[text] }))
}

const MESSAGES_OF = {
  forbidden: ['forbiddenHeading', 'forbiddenText'],
  unavailable: ['unavailableHeading', 'unavailableText'],
  again: ['againHeading', 'againText'],
} as const satisfies Record<PageNotice, readonly (keyof PageMessages)[]>

const noticeTemplate = template<NoticeView & { text: string }>(`\
<p><%= it.text %></p>
<% if (it.loginUrl || it.homeUrl) { %>
<p class="ways">
<% if (it.loginUrl) { %>
<a class="way" href="<%= it.loginUrl %>"><%= it.messages.goToLogin %></a>
<% } %>
<% if (it.homeUrl) { %>
<a class="way" href="<%= it.homeUrl %>"><%= it.messages.goHome %></a>
<% } %>
</p>
<% } %>
`)
