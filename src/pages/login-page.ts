import { type PageView, renderDocument } from './layout.ts'
import type { PageMessages } from './messages.ts'
import { template } from './template.ts'

/** What the login page has to say, if anything. Every reason for a refusal is the same `refused`. */
export type LoginNotice = 'refused' | 'unavailable' | 'throttled' | 'busy' | 'bad-request' | 'signed-out' | 'again'

/** What a template for the login page is given. */
export interface LoginView extends PageView {
  /** Where the form is posted to: a path of the application, never something that a visitor sent. */
  readonly action: string
  /** The name that was typed before, kept in its field. The password never is. */
  readonly username?: string | undefined
  /** Where to go after signing in; travels as a hidden field and is checked again when it comes back. */
  readonly next?: string | undefined
  readonly notice?: LoginNotice | undefined
  /** Whether the check box for a session that outlives the browser is shown. */
  readonly persistentOffered: boolean
  /** Whether that box was ticked before. */
  readonly persistent?: boolean | undefined
}

/**
 * The login page, as a whole HTML document.
 *
 * Its form posts `username`, `password`, and where they apply `next` and `persistent` (`on`). The cursor is where the
 * visitor will type, and that field is described by the notice, so that a screen reader says it on arrival.
 */
export function renderLoginPage(view: LoginView): string {
  const content = loginTemplate({
    ...view,
    noticeText: view.notice && view.messages[MESSAGE_OF[view.notice]],
    focus: view.username ? 'password' : 'username',
  })
  return renderDocument(view, view.messages.loginHeading, content)
}

const MESSAGE_OF = {
  refused: 'refused',
  unavailable: 'unavailable',
  throttled: 'throttled',
  busy: 'busy',
  'bad-request': 'badRequest',
  'signed-out': 'signedOut',
  again: 'again',
} as const satisfies Record<LoginNotice, keyof PageMessages>

interface LoginContent extends LoginView {
  readonly noticeText: string | undefined
  readonly focus: 'username' | 'password'
}

const loginTemplate = template<LoginContent>(`\
<%
const wrong = it.notice === 'refused'
const calm = it.notice === 'signed-out' || it.notice === 'again'
const described = (field) => it.noticeText !== undefined && (wrong || field === it.focus)
%>
<% if (it.noticeText !== undefined) { %>
<p class="notice <%= calm ? 'calm' : 'alarm' %>" id="notice" role="<%= calm ? 'status' : 'alert' %>">\
<%= it.noticeText %></p>
<% } %>
<form method="post" action="<%= it.action %>">
<% if (it.next) { %>
<input type="hidden" name="next" value="<%= it.next %>">
<% } %>
<div class="entry">
<label for="username"><%= it.messages.username %></label>
<input id="username" name="username" type="text" value="<%= it.username ?? '' %>" dir="auto" required \
autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false"\
<% if (wrong) { %> aria-invalid="true"<% } %>\
<% if (described('username')) { %> aria-describedby="notice"<% } %>\
<% if (it.focus === 'username') { %> autofocus<% } %>>
</div>
<div class="entry">
<label for="password"><%= it.messages.password %></label>
<input id="password" name="password" type="password" required autocomplete="current-password"\
<% if (wrong) { %> aria-invalid="true"<% } %>\
<% if (described('password')) { %> aria-describedby="notice"<% } %>\
<% if (it.focus === 'password') { %> autofocus<% } %>>
</div>
<% if (it.persistentOffered) { %>
<label class="choice">
<input type="checkbox" name="persistent" value="on"<% if (it.persistent) { %> checked<% } %>>
<span><%= it.messages.persistent %></span>
</label>
<% } %>
<button type="submit"><%= it.messages.loginButton %></button>
</form>
`)
