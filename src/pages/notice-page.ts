import { type PageView, renderDocument } from './layout.ts'
import { template } from './template.ts'

/** Why a browser gets a notice instead of the page it asked for: refused, or not to be decided at the moment. */
export type PageNotice = 'forbidden' | 'unavailable'

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
  const [heading, text] =
    view.notice === 'forbidden'
      ? [messages.forbiddenHeading, messages.forbiddenText]
      : [messages.unavailableHeading, messages.unavailableText]
  return renderDocument(view, heading, noticeTemplate({ ...view, text }))
}

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
