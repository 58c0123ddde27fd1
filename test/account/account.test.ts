import { memoryRecords } from 'ostiary'
import { accountPage } from 'ostiary/account'
import { anyone } from 'ostiary/fastify'
import { accountLinks } from 'ostiary/links'
import { secondFactor } from 'ostiary/second-factor'
import { apiTokens, tokensOf } from 'ostiary/tokens'
import { expect, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { passwordOf } from '../application/test-auth.ts'
import { smallBrowser } from '../oidc/small-browser.ts'

async function openAccount() {
  const application = await openApplication({
    listen: true,
    auth: ({ clock }) => ({
      records: memoryRecords({ clock }),
      extensions: [
        accountPage(),
        apiTokens(),
        secondFactor(),
        accountLinks({ url: 'https://app.example.org/auth', deliver: async () => {} }),
      ],
    }),
    routes: (app) => app.get('/me', anyone(), ({ user }) => user.name),
  })
  const signedIn = async (name: string) => {
    const browser = smallBrowser()
    await browser.visit(`${application.url}/auth/login`, { form: { username: name, password: passwordOf(name) } })
    return browser
  }
  return { ...application, signedIn }
}

test('the page says who somebody is, what the roles allow, and leads to the other pages', async () => {
  const { signedIn, url, users } = await openAccount()
  await users.edit('viewer', { description: 'Front <desk>' })
  const browser = await signedIn('viewer')
  const { headers, html, status } = await browser.visit(`${url}/auth/account`)
  expect(status).toBe(200)
  for (const part of [
    'viewer',
    'Front &lt;desk&gt;',
    'Viewer',
    'href="/auth/password"',
    'href="/auth/tokens"',
    'href="/auth/second-factor/enrol"',
  ])
    expect(html).toContain(part)
  expect(html.indexOf('/auth/password')).toBeLessThan(html.indexOf('/auth/tokens'))
  expect(html).not.toContain('<script')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  const german = await browser.visit(`${url}/auth/account`, { headers: { 'accept-language': 'de' } })
  expect(german.html).toContain('Wo Sie angemeldet sind')
})

test('a session is ended from another browser, and all others at once', async () => {
  const { signedIn, url } = await openAccount()
  const [here, there, elsewhere] = [await signedIn('viewer'), await signedIn('viewer'), await signedIn('viewer')]
  const page = await here.visit(`${url}/auth/account`)
  const ids = [...page.html.matchAll(/name="session" value="(\w+)"/g)].map(([, id]) => id ?? '')
  expect(ids).toHaveLength(2)
  await here.visit(`${url}/auth/account/sessions`, { form: { session: ids[0] ?? '' } })
  const names = async () =>
    Promise.all([here, there, elsewhere].map(async (each) => (await each.visit(`${url}/me`)).html))
  expect((await names()).sort()).toEqual(['anonymous', 'viewer', 'viewer'])
  await here.visit(`${url}/auth/account/sessions`, { form: { others: 'on' } })
  expect(await names()).toEqual(['viewer', 'anonymous', 'anonymous'])
})

test('nobody ends the session of somebody else, or comes without a session', async () => {
  const { auth, signedIn, url, users } = await openAccount()
  const [viewer, admin] = [await signedIn('viewer'), await signedIn('admin')]
  const sessions = await Array.fromAsync(auth.sessions.list())
  for (const { id } of sessions) await admin.visit(`${url}/auth/account/sessions`, { form: { session: id } })
  expect((await viewer.visit(`${url}/me`)).html).toBe('viewer')
  expect((await smallBrowser().visit(`${url}/auth/account`)).status).toBe(403)
  const { id } = (await users.get('viewer')) ?? {}
  const { token } = await tokensOf(auth).create({ userId: `local:${id}`, name: 'x' })
  const headers = { authorization: `Bearer ${token}` }
  expect((await smallBrowser().visit(`${url}/me`, { headers })).html).toBe('viewer')
  expect((await smallBrowser().visit(`${url}/auth/account`, { headers })).status).toBe(403)
})
