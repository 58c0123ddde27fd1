import { type PageView, renderDocument } from './layout.ts'
import { template } from './template.ts'

/** The input of a template for the logout page. */
export interface LogoutView extends PageView {
  /** The path that the form is posted to: a path of the application. */
  readonly action: string
  /** The login page, linked to when the user is signed out. */
  readonly loginUrl: string
  /** The name of the signed-in user. `undefined` when the user is signed out. */
  readonly name?: string | undefined
  /** The application's first page, linked to if given, for users who want to stay signed in. */
  readonly homeUrl?: string | undefined
}

/**
 * Renders the logout page as a whole HTML document. It names the signed-in user, and offers to sign out.
 *
 * Only the form's POST ends the session, and a GET changes nothing. Why: a link or an image elsewhere must not sign
 * users out.
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
