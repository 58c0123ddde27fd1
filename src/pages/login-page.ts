import { type PageView, renderDocument } from './layout.ts'
import type { PageMessages } from './messages.ts'
import { template } from './template.ts'
import { waitingTime } from './waiting-time.ts'

/** The message on the login page. Every reason for a refused login is the same `refused`. */
export type LoginNotice =
  | 'refused'
  | 'unavailable'
  | 'throttled'
  | 'busy'
  | 'too-many-sessions'
  | 'bad-request'
  | 'signed-out'
  | 'again'
  | 'not-signed-in-elsewhere'

/** The input of a template for the login page. */
export interface LoginView extends PageView {
  /** The path that the form is posted to: a path of the application. It must never come from a request. */
  readonly action: string
  /** The name that was typed before, kept in its field. The password is left out. */
  readonly username?: string | undefined
  /** The path to go to after the login. It travels as a hidden field, and is checked again when the form is posted. */
  readonly next?: string | undefined
  readonly notice?: LoginNotice | undefined
  /** With the notice `throttled`: seconds until another attempt is allowed. */
  readonly retryAfterSeconds?: number | undefined
  /** True when the check box for a session that outlives the browser is shown. */
  readonly persistentOffered: boolean
  /** True when the check box was ticked before. */
  readonly persistent?: boolean | undefined
  /** Other ways of signing in. `label` holds the text by language, with `en` for the others. */
  readonly ways?: readonly { readonly label: Readonly<Record<string, string>>; readonly href: string }[] | undefined
}

/**
 * Renders the login page as a whole HTML document.
 *
 * The form posts `username`, `password`, and where they apply `next` and `persistent` (`on`). The cursor stands in the
 * field that the user fills in next. The notice describes that field, so a screen reader reads the notice first.
 */
export function renderLoginPage(view: LoginView): string {
  const { messages, retryAfterSeconds: seconds } = view
  const waits = view.notice === 'throttled' && seconds !== undefined
  const content = loginTemplate({
    ...view,
    noticeText: view.notice && messages[MESSAGE_OF[view.notice]],
    waitText: waits ? messages.tryAgainThen.replaceAll('{when}', () => waitingTime(seconds, view.language)) : undefined,
    ways: (view.ways ?? []).map(({ label, href }) => ({ href, label: textIn(label, view.language) })),
    focus: view.username ? 'password' : 'username',
  })
  return renderDocument(view, messages.loginHeading, content)
}

/** Returns the text in a language, such as `de-AT`, or in the language that it belongs to, or in English. */
function textIn(texts: Readonly<Record<string, string>>, language: string): string {
  return texts[language] ?? texts[language.split('-')[0] ?? ''] ?? texts.en ?? Object.values(texts)[0] ?? ''
}

const MESSAGE_OF = {
  refused: 'refused',
  unavailable: 'unavailable',
  throttled: 'throttled',
  busy: 'busy',
  'too-many-sessions': 'tooManySessions',
  'bad-request': 'badRequest',
  'signed-out': 'signedOut',
  again: 'again',
  'not-signed-in-elsewhere': 'notSignedInElsewhere',
} as const satisfies Record<LoginNotice, keyof PageMessages>

interface LoginContent extends Omit<LoginView, 'ways'> {
  readonly ways: readonly { readonly label: string; readonly href: string }[]
  readonly noticeText: string | undefined
  readonly waitText: string | undefined
  readonly focus: 'username' | 'password'
}

const loginTemplate = template<LoginContent>(`\
<%
const { messages } = it
const wrong = it.notice === 'refused'
const calm = it.notice === 'signed-out' || it.notice === 'again'
const described = (field) => it.noticeText !== undefined && (wrong || field === it.focus)
%>
<% if (it.noticeText !== undefined) { %>
<p class="notice <%= calm ? 'calm' : 'alarm' %>" id="notice" role="<%= calm ? 'status' : 'alert' %>">\
<%= it.noticeText %>\
<% if (it.waitText !== undefined) { %>\
 <span id="wait" data-seconds="<%= it.retryAfterSeconds %>" data-over="<%= messages.tryAgainNow %>"><%= it.waitText %></span>\
<% } %></p>
<% } %>
<form id="login" method="post" action="<%= it.action %>">
<% if (it.next) { %>
<input type="hidden" name="next" value="<%= it.next %>">
<% } %>
<div class="entry">
<label for="username"><%= messages.username %></label>
<input id="username" name="username" type="text" value="<%= it.username ?? '' %>" dir="auto" required \
autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false"\
<% if (wrong) { %> aria-invalid="true"<% } %>\
<% if (described('username')) { %> aria-describedby="notice"<% } %>\
<% if (it.focus === 'username') { %> autofocus<% } %>>
</div>
<div class="entry">
<label for="password"><%= messages.password %></label>
<div class="secret">
<input id="password" name="password" type="password" required autocomplete="current-password" \
autocapitalize="none" autocorrect="off" spellcheck="false"\
<% if (wrong) { %> aria-invalid="true"<% } %>\
<% if (described('password')) { %> aria-describedby="notice"<% } %>\
<% if (it.focus === 'password') { %> autofocus<% } %>>
<% if (it.script !== undefined) { %>
<button id="reveal" class="reveal" type="button" data-show="<%= messages.showPassword %>" \
data-hide="<%= messages.hidePassword %>" hidden>\
<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">\
<path d="M2 12c2.2-4 5.8-6 10-6s7.8 2 10 6c-2.2 4-5.8 6-10 6s-7.8-2-10-6z"/><circle cx="12" cy="12" r="3"/>\
<path class="bar" d="M4 20 20 4"/></svg><span class="aside"><%= messages.showPassword %></span></button>
<% } %>
</div>
</div>
<% if (it.persistentOffered) { %>
<label class="choice">
<input type="checkbox" name="persistent" value="on"<% if (it.persistent) { %> checked<% } %>>
<span><%= messages.persistent %></span>
</label>
<% } %>
<button type="submit" data-busy="<%= messages.signingIn %>"><%= messages.loginButton %></button>
<span class="aside" id="progress" aria-live="polite"></span>
</form>
<% if (it.ways.length > 0) { %>
<p class="or"><span><%= messages.or %></span></p>
<p class="ways">
<% for (const { label, href } of it.ways) { %>
<a class="way" href="<%= href %>"><%= label %></a>
<% } %>
</p>
<% } %>
<% if (it.links.forgotPassword !== undefined) { %>
<p class="forgot"><a href="<%= it.links.forgotPassword %>"><%= messages.forgotPassword %></a></p>
<% } %>
<% if (it.script !== undefined) { %>
<script><%~ it.script %></script>
<% } %>
`)
