import { template } from '../http/index.ts'
import type { Texts } from './texts.ts'

/** The form that asks for a link. */
export const askForm = template<{ readonly texts: Texts; readonly action: string }>(`<p><%= it.texts.askText %></p>
<form method="post" action="<%= it.action %>">
<div class="entry"><label for="username"><%= it.texts.username %></label>
<input id="username" name="username" type="text" required autocomplete="username" autocapitalize="none" \
autocorrect="off" spellcheck="false" dir="auto" autofocus></div>
<button type="submit"><%= it.texts.send %></button>
</form>`)

/** The form for a new password, with the present one where the user is signed in. */
export const passwordForm = template<{
  readonly texts: Texts
  readonly action: string
  readonly notice: string | undefined
  readonly asksFormer: boolean
}>(`<% if (it.notice !== undefined) { %>
<p class="notice alarm" id="notice" role="alert"><%= it.notice %></p>
<% } %>
<form method="post" action="<%= it.action %>">
<% if (it.asksFormer) { %>
<div class="entry"><label for="former"><%= it.texts.former %></label>
<input id="former" name="former" type="password" required autocomplete="current-password"></div>
<% } %>
<div class="entry"><label for="password"><%= it.texts.password %></label>
<input id="password" name="password" type="password" required autocomplete="new-password"\
<% if (it.notice !== undefined) { %> aria-describedby="notice"<% } %>></div>
<button type="submit"><%= it.texts.save %></button>
</form>`)

/** One sentence, and the way on. */
export const messagePage = template<{ readonly texts: Texts; readonly text: string; readonly url: string }>(
  `<p><%= it.text %></p>
<p class="ways"><a class="way press" href="<%= it.url %>"><%= it.texts.goOn %></a></p>`,
)

/** The form that asks for the mail address of a new account. */
export const mailForm = template<{ readonly texts: Texts; readonly action: string }>(`<p><%= it.texts.signUpText %></p>
<form method="post" action="<%= it.action %>">
<div class="entry"><label for="mail"><%= it.texts.mail %></label>
<input id="mail" name="mail" type="email" required autocomplete="email" autofocus></div>
<button type="submit"><%= it.texts.send %></button>
</form>`)

/** The form for the name and the password of a new account. */
export const newUserForm = template<{
  readonly texts: Texts
  readonly action: string
  readonly notice: string | undefined
}>(`<% if (it.notice !== undefined) { %>
<p class="notice alarm" id="notice" role="alert"><%= it.notice %></p>
<% } %>
<form method="post" action="<%= it.action %>">
<div class="entry"><label for="username"><%= it.texts.username %></label>
<input id="username" name="username" type="text" required autocomplete="username" autocapitalize="none" \
autocorrect="off" spellcheck="false" dir="auto"></div>
<div class="entry"><label for="password"><%= it.texts.password %></label>
<input id="password" name="password" type="password" required autocomplete="new-password"\
<% if (it.notice !== undefined) { %> aria-describedby="notice"<% } %>></div>
<button type="submit"><%= it.texts.save %></button>
</form>`)

/** The form that confirms a mail address. */
export const confirmForm = template<{ readonly texts: Texts; readonly action: string; readonly mail: string }>(
  `<p><%= it.texts.verifyText %> <strong><bdi><%= it.mail %></bdi></strong></p>
<form method="post" action="<%= it.action %>"><button type="submit"><%= it.texts.confirm %></button></form>`,
)
