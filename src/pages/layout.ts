import type { PageMessages } from './messages.ts'
import type { PageLogoOptions } from './page-images.ts'
import type { PageLinks } from './page-links.ts'
import { template } from './template.ts'

/** The input that every page has in common. */
export interface PageView {
  /** BCP 47 tag of the language of `messages`. */
  readonly language: string
  /** Writing direction of the language. */
  readonly direction: 'ltr' | 'rtl'
  readonly messages: PageMessages
  /** The application's name. Without a name, the pages show only their mark. */
  readonly title?: string | undefined
  /** The application's logo, in place of the mark. */
  readonly logo?: PageLogoOptions | undefined
  /** Address of the icon in the browser's tab. */
  readonly icon: string
  /** Addresses to link to, in the language of the page. Only addresses that are present get a link. */
  readonly links: PageLinks
  /** Text of the page's one `<style>` element. Insert it unchanged: the security policy blocks any other text. */
  readonly stylesheet: string
  /** Text of the page's one `<script>` element. Insert it unchanged. Undefined where scripts are blocked. */
  readonly script?: string | undefined
}

/**
 * Renders the document around a page's content: `heading` is plain text, `content` is HTML.
 *
 * The document loads only the application's own pictures. Only the login page has a script.
 */
export function renderDocument(
  view: PageView & { readonly scriptUrl?: string | undefined },
  heading: string,
  content: string,
): string {
  return documentTemplate({ ...view, heading, content })
}

const documentTemplate = template<
  PageView & { readonly scriptUrl?: string | undefined; heading: string; content: string }
>(`\
<%
const { icon, logo, links, messages, title } = it
const below = ['help', 'imprint', 'privacy'].filter((name) => links[name] !== undefined)
%>
<!doctype html>
<html lang="<%= it.language %>" dir="<%= it.direction %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title><%= it.heading %><% if (title) { %> · <%= title %><% } %></title>
<link rel="icon" href="<%= icon %>">
<style><%~ it.stylesheet %></style>
<% if (it.scriptUrl !== undefined) { %>
<script src="<%= it.scriptUrl %>" defer></script>
<% } %>
</head>
<body>
<main class="plate">
<div class="nameplate">
<% if (logo) { %>
<picture>
<% if (logo.dark) { %>
<source srcset="<%= logo.dark %>" media="(prefers-color-scheme: dark)">
<% } %>
<img class="logo" src="<%= logo.src %>" alt="<%= logo.alt ?? '' %>">
</picture>
<% } else { %>
<svg class="mark" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">
<circle cx="20" cy="20" r="18.75" fill="none" stroke="currentColor" stroke-width="1.5"/>
<circle cx="20" cy="20" r="15.25" fill="none" stroke="currentColor" stroke-width="0.75" opacity="0.6"/>
<path d="M20 11.5a4.75 4.75 0 0 0-2.3 8.9L16 28.5h8l-1.7-8.1A4.75 4.75 0 0 0 20 11.5z" fill="currentColor"/>
</svg>
<% } %>
<% if (title && !logo?.alt) { %>
<p class="title"><bdi><%= title %></bdi></p>
<% } %>
</div>
<h1><%= it.heading %></h1>
<%~ it.content %>
</main>
<% if (below.length > 0) { %>
<footer>
<nav class="below" aria-label="<%= messages.footer %>">
<% for (const name of below) { %>
<a href="<%= links[name] %>"><%= messages[name] %></a>
<% } %>
</nav>
</footer>
<% } %>
</body>
</html>
`)
