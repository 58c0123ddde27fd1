import { type PageView, renderDocument } from './layout.ts'
import { template } from './template.ts'

/** What a template for the logout page is given. */
export interface LogoutView extends PageView {
  /** Where the form is posted to: a path of the application. */
  readonly action: string
  /** The login page, linked to when nobody is signed in. */
  readonly loginUrl: string
  /** Who is signed in; `undefined` when nobody is. */
  readonly name?: string | undefined
  /** Where people go who would rather stay signed in, linked to if given: the application's first page. */
  readonly homeUrl?: string | undefined
}

/**
 * The logout page, as a whole HTML document: says who is signed in, and offers to sign them out.
 *
 * Only the form's POST ends the session: looking at the page changes nothing, so that a link or an image elsewhere
 * cannot sign anyone out.
 */
export function renderLogoutPage(view: LogoutView): string {
  return renderDocument(view, view.messages.logoutHeading, logoutTemplate(view))
}

const logoutTemplate = template<LogoutView>(`\
<% if (it.name === undefined) { %>
<p><%= it.messages.nobodySignedIn %></p>
<p class="ways"><a class="way press" href="<%= it.loginUrl %>"><%= it.messages.goToLogin %></a></p>
<% } else { %>
<p class="who"><span><%= it.messages.signedInAs %></span> <strong><bdi><%= it.name %></bdi></strong></p>
<form method="post" action="<%= it.action %>">
<button type="submit"><%= it.messages.logoutButton %></button>
</form>
<% if (it.homeUrl) { %>
<p class="ways"><a class="way" href="<%= it.homeUrl %>"><%= it.messages.cancel %></a></p>
<% } %>
<% } %>
`)
