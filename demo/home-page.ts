import { Eta } from 'eta/core'
import type { User } from 'ostiary'

const eta = new Eta({ autoTrim: false })

/** Who am I, and what may I do? */
export function homePage(user: User): string {
  return eta.renderString(PAGE, { user })
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Ostiary demo</title>
<style>
  body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 8vh auto; padding: 0 1.25rem; }
  h1 { font-weight: 600; font-size: 1.6rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; }
  dt { opacity: .75; } dd { margin: 0; }
  li { margin: .2rem 0; } code { font-size: .95em; }
</style>
</head>
<body>
<main>
<% const { user } = it %>
<h1>Hello <span id="name"><%= user.name %></span></h1>
<dl>
<dt>You are</dt><dd><%= user.isAnonymous ? 'anonymous' : user.isSuperuser ? 'a superuser' : 'signed in' %></dd>
<% if (!user.isAnonymous) { %>
<dt>Roles</dt><dd><%= [...user.roleNames].join(', ') || 'none' %></dd>
<dt>Permissions</dt><dd><%= [...user.permissionNames].join(', ') || 'none' %></dd>
<% } %>
</dl>
<ul>
<li><a href="/admin">/admin</a> asks for the role <code>Administrator</code></li>
<li><a href="/admin2">/admin2</a> asks for the permission <code>view</code></li>
<li><a href="/admin3">/admin3</a> has a checker: the name is <code>admin</code></li>
<li><a href="/docs">/docs</a> shows the API, and what guards it</li>
</ul>
<p>
<% if (user.isAnonymous) { %>
<a href="/auth/login">Sign in</a> as admin, user or viewer; the password is the name.
<% } else { %>
<a href="/auth/logout">Sign out</a>
<% } %>
</p>
</main>
</body>
</html>
`
