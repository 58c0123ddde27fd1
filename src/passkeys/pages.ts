import { template } from '../http/index.ts'
import type { Texts } from './texts.ts'

const NOTICE = `<p class="notice alarm" id="passkey-notice" role="alert" hidden></p>
<noscript><p class="notice alarm"><%= it.texts.noScript %></p></noscript>`

const DATA = `data-options="<%= it.options %>" data-verify="<%= it.verify %>" data-failed="<%= it.texts.failed %>" \
data-unsupported="<%= it.texts.unsupported %>"`

interface ScriptView {
  readonly texts: Texts
  readonly options: string
  readonly verify: string
}

/** The page that signs in with a passkey, or asks for one after the password. */
export const passkeyPage = template<ScriptView & { readonly next: string; readonly loginUrl: string }>(`${NOTICE}
<p><%= it.texts.text %></p>
<form data-passkey="get" ${DATA}>
<input type="hidden" name="next" value="<%= it.next %>">
<button type="submit"><%= it.texts.use %></button>
</form>
<p class="ways"><a class="way" href="<%= it.loginUrl %>"><%= it.texts.otherWay %></a></p>`)

/** The passkeys of a user. */
export const managePage = template<
  ScriptView & {
    readonly remove: string
    readonly back: string
    readonly passkeys: readonly { readonly id: string; readonly name: string; readonly created: string }[]
  }
>(`${NOTICE}
<% if (it.passkeys.length === 0) { %><p><%= it.texts.none %></p><% } %>
<ul class="items"><% for (const passkey of it.passkeys) { %>
<li><strong><bdi><%= passkey.name %></bdi></strong><br><%= passkey.created %>
<form method="post" action="<%= it.remove %>"><input type="hidden" name="id" value="<%= passkey.id %>">
<button type="submit" aria-label="<%= it.texts.remove %>: <%= passkey.name %>"><%= it.texts.remove %></button></form></li>
<% } %></ul>
<form data-passkey="register" ${DATA}>
<div class="entry"><label for="name"><%= it.texts.name %></label>
<input id="name" name="name" type="text" maxlength="100" autocomplete="off"></div>
<button type="submit"><%= it.texts.add %></button>
</form>`)
