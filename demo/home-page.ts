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
<link rel="icon" href="data:,">
<title>Ostiary demo</title>
<style>
:root {
  color-scheme: light dark;
  --wall: #e9e5dc; --wall-light: #f3f0ea; --plate: #fdfcf9; --edge: #d3cbbb; --ink: #24211b; --faint: #625b4e;
  --brass: #7d5d18; --press: #2c2924; --press-over: #46413a; --press-ink: #fdfbf5; --shadow: rgb(60 50 30 / .32);
}
@media (prefers-color-scheme: dark) {
  :root {
    --wall: #131210; --wall-light: #1d1b18; --plate: #24221e; --edge: #403b32; --ink: #eee9df; --faint: #b5ac9c;
    --brass: #d9b566; --press: #d9b566; --press-over: #e7c983; --press-ink: #211b0c; --shadow: rgb(0 0 0 / .8);
  }
}
* { box-sizing: border-box; }
html { background: radial-gradient(120% 90% at 50% 0%, var(--wall-light), var(--wall)) fixed var(--wall); }
body {
  margin: 0; min-height: 100dvh; display: flex; padding: clamp(.75rem, 4vw, 2rem);
  font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); overflow-wrap: anywhere;
}
main {
  position: relative; margin: auto; width: 100%; max-width: 34rem; padding: clamp(1.5rem, 7vw, 2.75rem);
  background: var(--plate); border: 1px solid var(--edge); border-radius: 1rem; box-shadow: 0 18px 44px -18px var(--shadow);
}
main::before {
  content: ''; position: absolute; inset: .4375rem; border: 1px solid var(--edge); border-radius: .625rem;
  pointer-events: none;
}
.title { margin: 0; color: var(--brass); font: 600 1.125rem/1.35 ui-serif, Georgia, serif; letter-spacing: .03em; }
h1 { margin: .25rem 0 1.25rem; font-size: 1.625rem; font-weight: 600; line-height: 1.3; }
h2 { margin: 2rem 0 .25rem; font-size: 1rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; }
dt, li span, .hint { color: var(--faint); }
dd { margin: 0; }
ul { margin: 0; padding: 0; list-style: none; }
li { display: grid; grid-template-columns: 5.5rem 1fr; gap: .25rem 1rem; padding: .5rem 0; }
li + li { border-top: 1px solid var(--edge); }
li a { color: var(--brass); font-weight: 600; }
code { font: .9375em ui-monospace, monospace; color: var(--ink); }
form { margin: 0; }
.press {
  display: block; width: 100%; margin-top: 1.75rem; padding: .6875rem 1rem; cursor: pointer;
  font: inherit; font-weight: 600; text-align: center; text-decoration: none;
  color: var(--press-ink); background: var(--press); border: 1px solid transparent; border-radius: .5rem;
}
.press:hover { background: var(--press-over); }
.hint { margin: .75rem 0 0; font-size: .9375rem; text-align: center; }
:focus-visible { outline: 2px solid var(--brass); outline-offset: 2px; }
</style>
</head>
<body>
<main>
<% const { user } = it %>
<p class="title">Ostiary demo</p>
<h1>Hello <bdi id="name"><%= user.name %></bdi></h1>
<dl>
<dt>You are</dt><dd><%= user.isAnonymous ? 'not signed in' : user.isSuperuser ? 'a superuser' : 'signed in' %></dd>
<% if (!user.isAnonymous) { %>
<dt>Roles</dt><dd><%= [...user.roleNames].join(', ') || 'none' %></dd>
<dt>Permissions</dt><dd><%= [...user.permissionNames].join(', ') || 'none' %></dd>
<% } %>
</dl>
<% if (!user.isAnonymous) { %><p class="hint"><a href="/auth/account">Your account</a></p><% } %>
<h2>What the doors ask for</h2>
<ul>
<li><a href="/admin">/admin</a> <span>the role <code>Administrator</code></span></li>
<li><a href="/admin2">/admin2</a> <span>the permission <code>view</code></span></li>
<li><a href="/admin3">/admin3</a> <span>a checker: the name is <code>admin</code></span></li>
<li><a href="/docs">/docs</a> <span>nothing: the API, and what guards it</span></li>
</ul>
<% if (user.isAnonymous) { %>
<a class="press" href="/auth/login">Sign in</a>
<p class="hint">as admin, user or viewer; the password is the name</p>
<% } else { %>
<form method="post" action="/auth/logout"><button class="press" type="submit">Sign out</button></form>
<% } %>
</main>
</body>
</html>
`
