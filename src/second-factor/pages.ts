import { template } from '../http/index.ts'
import type { Texts } from './texts.ts'

interface FormView {
  /** Other pages where the step can be done. */
  readonly otherWays: readonly string[]
  readonly texts: Texts
  readonly action: string
  readonly notice?: string | undefined
  readonly next?: string | undefined
}

const NOTICE = `<% if (it.notice !== undefined) { %>
<p class="notice alarm" id="notice" role="alert"><%= it.notice %></p>
<% } %>`

const HIDDEN_NEXT = `<% if (it.next) { %><input type="hidden" name="next" value="<%= it.next %>"><% } %>`

const WAYS = `<% if (it.otherWays.length > 0) { %>
<p class="ways"><% for (const url of it.otherWays) { %><a class="way" href="<%= url %>"><%= it.texts.otherWay %></a><% } %></p>
<% } %>`

const CODE_FIELD = `<div class="entry">
<label for="code"><%= it.texts.code %></label>
<input id="code" name="code" type="text" required autocomplete="one-time-code" inputmode="text" autocapitalize="none" \
autocorrect="off" spellcheck="false" autofocus<% if (it.notice !== undefined) { %> aria-invalid="true" \
aria-describedby="notice"<% } %>>
</div>`

/** The form that asks for a code. */
export const codeForm = template<FormView>(`${NOTICE}
<p><%= it.texts.stepText %></p>
<form method="post" action="<%= it.action %>">
${HIDDEN_NEXT}
${CODE_FIELD}
<button type="submit"><%= it.texts.confirm %></button>
</form>
${WAYS}`)

/** The form that asks for the code of the administration. */
export const permissionForm = template<FormView>(`${NOTICE}
<p><%= it.texts.permissionText %></p>
<form method="post" action="<%= it.action %>">
${HIDDEN_NEXT}
<div class="entry">
<label for="permission"><%= it.texts.permission %></label>
<input id="permission" name="permission" type="text" required autocomplete="off" autocapitalize="none" \
autocorrect="off" spellcheck="false" autofocus>
</div>
<button type="submit"><%= it.texts.confirm %></button>
</form>
${WAYS}`)

/** The form that adds a factor. `qr` is SVG of our own making. */
export const enrolForm = template<FormView & { readonly qr: string; readonly secret: string }>(`${NOTICE}
<p><%= it.texts.enrolText %></p>
<div class="qr"><%~ it.qr %></div>
<p><%= it.texts.secret %><br><code><%= it.secret %></code></p>
<form method="post" action="<%= it.action %>">
${HIDDEN_NEXT}
${CODE_FIELD}
<button type="submit"><%= it.texts.confirm %></button>
</form>
${WAYS}`)

/** The recovery codes, shown once, with the way on. */
export const codesPage = template<{
  readonly texts: Texts
  readonly codes: readonly string[]
  readonly onward: string
}>(
  `<p><%= it.texts.doneText %></p>
<ul class="codes"><% for (const code of it.codes) { %><li><code><%= code %></code></li><% } %></ul>
<p class="ways"><a class="way press" href="<%= it.onward %>"><%= it.texts.goOn %></a></p>`,
)

/** The factor that a user has, with the way to remove it. */
export const factorPage = template<{ readonly texts: Texts; readonly action: string; readonly left: string }>(
  `<p><%= it.texts.hasText %></p>
<p><%= it.left %></p>
<form method="post" action="<%= it.action %>">
<button type="submit"><%= it.texts.remove %></button>
</form>`,
)

/** The page of a login that has ended meanwhile. */
export const overPage = template<{ readonly texts: Texts; readonly loginUrl: string }>(
  `<p><%= it.texts.over %></p>
<p class="ways"><a class="way press" href="<%= it.loginUrl %>"><%= it.texts.toLogin %></a></p>`,
)
