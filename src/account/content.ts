import { template } from '../http/index.ts'
import type { Texts } from './texts.ts'

/** A session as the page shows it. */
export interface ShownSession {
  readonly id: string
  readonly current: boolean
  readonly device: string
  readonly clientAddress: string
  readonly started: string
  readonly seen: string
}

interface AccountView {
  readonly texts: Texts
  readonly user: {
    readonly name: string
    readonly description: string
    readonly source: string
    readonly isSuperuser: boolean
    readonly roles: readonly {
      readonly name: string
      readonly description: string
      readonly permissions: readonly string[]
    }[]
  }
  readonly sessions: readonly ShownSession[]
  readonly action: string
  readonly logoutUrl: string
  /** Sections of other extensions, as HTML of our own making. */
  readonly sections: readonly string[]
}

/** The content of the account page. */
export const accountContent = template<AccountView>(`\
<p class="who"><strong><bdi><%= it.user.name %></bdi></strong>
<% if (it.user.description !== '') { %><span><bdi><%= it.user.description %></bdi></span><% } %>
<span><%= it.texts.from.replace('{source}', () => it.user.source) %></span></p>
<h2><%= it.texts.roles %></h2>
<% if (it.user.isSuperuser) { %><p><%= it.texts.superuser %></p><% } %>
<% if (it.user.roles.length === 0 && !it.user.isSuperuser) { %><p><%= it.texts.noRoles %></p><% } %>
<ul class="items"><% for (const role of it.user.roles) { %>
<li><strong><%= role.name %></strong>: <%= role.description %>
<% if (role.permissions.length > 0) { %><br><%= role.permissions.join(', ') %><% } %></li>
<% } %></ul>
<% for (const section of it.sections) { %><%~ section %><% } %>
<h2><%= it.texts.sessions %></h2>
<ul class="items"><% for (const session of it.sessions) { %>
<li><strong><%= session.device %></strong><% if (session.current) { %> (<%= it.texts.here %>)<% } %>
<br><%= session.clientAddress %><br><%= session.started %>, <%= session.seen %>
<% if (!session.current) { %>
<form method="post" action="<%= it.action %>"><input type="hidden" name="session" value="<%= session.id %>">
<button type="submit" aria-label="<%= it.texts.end %>: <%= session.device %>, <%= session.started %>"><%= it.texts.end %></button></form>
<% } %></li>
<% } %></ul>
<% if (it.sessions.length > 1) { %>
<form method="post" action="<%= it.action %>"><input type="hidden" name="others" value="on">
<button type="submit"><%= it.texts.endOthers %></button></form>
<% } %>
<p class="ways"><a class="way" href="<%= it.logoutUrl %>"><%= it.texts.logout %></a></p>`)
