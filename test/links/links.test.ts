import { createTransport } from 'nodemailer'
import { type AuditEvent, memoryRecords } from 'ostiary'
import { anyone } from 'ostiary/fastify'
import { accountLinks, type Delivery, type LinksOptions, linksOf } from 'ostiary/links'
import { describe, expect, test, vi } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { passwordOf } from '../application/test-auth.ts'
import { type SmallBrowser, smallBrowser } from '../oidc/small-browser.ts'
import { mailServer } from './mail-server.ts'

interface Setup {
  readonly deliver?: (delivery: Delivery) => Promise<void>
  readonly usernameOf?: LinksOptions['usernameOf']
}

async function openLinks({ deliver, usernameOf }: Setup = {}) {
  const sent: Delivery[] = []
  const events: AuditEvent[] = []
  const application = await openApplication({
    listen: true,
    auth: ({ clock }) => ({
      records: memoryRecords({ clock }),
      audit: { record: (event) => void events.push(event) },
      extensions: [
        accountLinks({
          url: 'https://app.example.org/auth',
          deliver: deliver ?? (async (delivery) => void sent.push(delivery)),
          ...(usernameOf && { usernameOf }),
        }),
      ],
    }),
    routes: (app) => app.get('/me', anyone(), ({ user }) => user.name),
  })
  for (const name of ['viewer', 'admin', 'ghost'])
    await application.users.edit(name, { properties: { mail: `${name}@example.org` } })
  const links = linksOf(application.auth)
  const local = (link: string) => link.replace('https://app.example.org', application.url)
  const follow = (link: string, browser: SmallBrowser = smallBrowser()) =>
    browser.visit(local(link)).then((at) => ({ browser, at }))
  const set = (browser: SmallBrowser, kind: string, password: string) =>
    browser.visit(`${application.url}/auth/${kind}/new`, { form: { password } })
  return { ...application, sent, events, links, follow, set, local }
}

describe('a link for a forgotten password', () => {
  test('is asked for, comes by mail, and sets a new password: all sessions end', async () => {
    const mail = await mailServer()
    const transport = createTransport({ host: '127.0.0.1', port: mail.port, secure: false, ignoreTLS: true })
    const { follow, login, request, set, signIn, url } = await openLinks({
      async deliver({ to, link, username }) {
        await transport.sendMail({
          from: 'app@example.org',
          to,
          subject: 'Your password',
          text: `${username}: ${link}`,
        })
      },
    })
    const session = await signIn('viewer')
    const arrives = mail.next()
    const asked = await smallBrowser().visit(`${url}/auth/reset`, { form: { username: 'VIEWER' } })
    expect(asked).toMatchObject({ status: 200, html: expect.stringContaining('a link is on its way') })
    const { text, to } = await arrives
    expect([to].flat()[0]?.text).toBe('viewer@example.org')
    const [link = ''] = /https:\S+/.exec(text ?? '') ?? []
    const { at, browser } = await follow(link)
    expect(at.url.href).toBe(`${url}/auth/reset/new`)
    expect(at.html).toContain('autocomplete="new-password"')
    expect(at.headers.get('referrer-policy')).toBe('same-origin')
    expect(await set(browser, 'reset', 'a new password')).toMatchObject({ status: 200 })
    expect((await request('/me', session)).body).toBe('anonymous')
    expect((await login('viewer', 'a new password')).status).toBe(200)
    expect((await login('viewer', passwordOf('viewer'))).status).toBe(401)
    transport.close()
  })

  test('has the configured address, whatever the request says about the host', async () => {
    const { sent, url } = await openLinks()
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', origin: url }
    await smallBrowser().visit(`${url}/auth/reset`, { form: { username: 'viewer' }, headers })
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    expect(sent[0]?.link).toMatch(/^https:\/\/app\.example\.org\/auth\/reset\/link\?token=[\w-]{43}$/)
  })

  test('is good once: of many who use it at once, one succeeds', async () => {
    const { follow, links, set } = await openLinks()
    const { link } = await links.reset('viewer')
    const browsers = await Promise.all(Array.from({ length: 5 }, () => follow(link)))
    const ends = await Promise.all(browsers.map(({ browser }, index) => set(browser, 'reset', `new password ${index}`)))
    expect(ends.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await follow(link)).at).toMatchObject({ status: 403, html: expect.stringContaining('no longer good') })
  })

  test('outlives being looked at, as mail scanners do', async () => {
    const { follow, links, set } = await openLinks()
    const { link } = await links.reset('viewer')
    for (let index = 0; index < 5; index += 1) await follow(link)
    expect((await set((await follow(link)).browser, 'reset', 'a new password')).status).toBe(200)
  })

  test.each([
    ['after its hour', async ({ clock }: Opened) => clock.advance('1h')],
    ['after a new password', async ({ users }: Opened) => users.setPassword('viewer', 'set by an administrator')],
    ['after the account was disabled', async ({ users }: Opened) => users.disable('viewer')],
    ['after the account was deleted', async ({ users }: Opened) => users.delete('viewer')],
  ])('is no longer good %s', async (_, happens) => {
    const opened = await openLinks()
    const { link } = await opened.links.reset('viewer')
    const { browser } = await opened.follow(link)
    await happens(opened)
    expect((await opened.set(browser, 'reset', 'a new password')).status).toBe(403)
    expect((await opened.follow(link)).at.status).toBe(403)
  })

  test('stays good when the password is refused', async () => {
    const { follow, links, set } = await openLinks()
    const { browser } = await follow((await links.reset('viewer')).link)
    expect((await set(browser, 'reset', 'a'.repeat(2000))).status).toBe(400)
    expect((await set(browser, 'reset', 'a new password')).status).toBe(200)
    expect((await set(browser, 'reset', 'another password')).status).toBe(403)
  })

  test('is none for a user who is added again under the same name', async () => {
    const { follow, links, login, set, users } = await openLinks()
    const { browser } = await follow((await links.reset('viewer')).link)
    await users.delete('viewer')
    await users.add({ username: 'viewer', password: 'of the new viewer' })
    expect((await set(browser, 'reset', 'of the former one')).status).toBe(403)
    expect((await login('viewer', 'of the new viewer')).status).toBe(200)
  })

  test('of another purpose, or with another secret, is none', async () => {
    const { follow, links, set, url } = await openLinks()
    const { link } = await links.invite('viewer')
    const { browser } = await follow(link.replace('/invite/', '/reset/'))
    expect((await set(browser, 'reset', 'a new password')).status).toBe(403)
    for (const token of ['', 'x', 'A'.repeat(43), `${'A'.repeat(42)}'`, `${'A'.repeat(43)}&token=${'B'.repeat(43)}`])
      expect((await follow(`${url}/auth/reset/link?token=${token}`)).at.status).toBe(403)
  })

  test('is no sign-in', async () => {
    const { follow, links, request, set } = await openLinks()
    const { link } = await links.reset('viewer')
    const { browser } = await follow(link)
    const done = await set(browser, 'reset', 'a new password')
    expect(done.headers.getSetCookie().some((cookie) => /^ostiary=[^;]/.test(cookie))).toBe(false)
    expect((await request('/me')).body).toBe('anonymous')
  })
})

describe('who asks for a link', () => {
  test('learns nothing: the answer is the same for every name', async () => {
    const { sent, url } = await openLinks({ deliver: async () => Promise.reject(new Error('the mail server is down')) })
    const answers = []
    for (const username of ['viewer', 'nobody', 'ghost', 'root', "' or 1=1", 'x'.repeat(4000)]) {
      const { html, status } = await smallBrowser().visit(`${url}/auth/reset`, { form: { username } })
      answers.push({ html, status })
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(sent).toEqual([])
  })

  test('may type what the application turns into a name', async () => {
    const usernameOf = async (typed: string) => (typed.endsWith('@example.org') ? typed.split('@', 1)[0] : undefined)
    const { events, sent, url } = await openLinks({ usernameOf })
    for (const username of ['viewer', 'viewer@example.org'])
      await smallBrowser().visit(`${url}/auth/reset`, { form: { username } })
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    expect(sent[0]).toMatchObject({ to: 'viewer@example.org', username: 'viewer' })
    expect(events).toContainEqual(expect.objectContaining({ action: 'reset-not-sent', user: null }))
  })

  test('has the secret of the link kept out of events, even when the delivery repeats it in an error', async () => {
    const seen: Delivery[] = []
    const { events, url } = await openLinks({
      async deliver(delivery) {
        seen.push(delivery)
        throw new Error(`cannot send ${delivery.link}`)
      },
    })
    await smallBrowser().visit(`${url}/auth/reset`, { form: { username: 'viewer' } })
    await vi.waitFor(() => expect(JSON.stringify(events)).toContain('cannot send'))
    expect(JSON.stringify(events)).not.toContain(seen[0]?.link.split('token=')[1])
  })

  test('sends at most three mails an hour to one account, and asks twenty times from one address', async () => {
    const { events, sent, url } = await openLinks()
    const statuses = []
    for (let index = 0; index < 22; index += 1)
      statuses.push((await smallBrowser().visit(`${url}/auth/reset`, { form: { username: 'viewer' } })).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(20)
    expect(statuses.at(-1)).toBe(429)
    await vi.waitFor(() =>
      expect(events.filter((event) => 'action' in event && event.action === 'reset-not-sent')).toHaveLength(17),
    )
    expect(sent).toHaveLength(3)
    expect(JSON.stringify(events)).not.toContain(sent[0]?.link.split('token=')[1])
  })
})

test('an invitation sets the first password, and lasts a week', async () => {
  const { clock, follow, links, login, set, users } = await openLinks()
  await users.add({ username: 'newcomer' })
  const { link, expiresAt } = await links.invite('newcomer')
  expect(expiresAt - clock()).toBe(7 * 24 * 60 * 60_000)
  clock.advance('6d')
  const { browser } = await follow(link)
  expect((await set(browser, 'invite', 'my first password')).status).toBe(200)
  expect((await login('newcomer', 'my first password')).status).toBe(200)
})

describe('changing the own password', () => {
  test('asks for the present one, and signs out everywhere else', async () => {
    const { login, request, signIn, url } = await openLinks()
    const elsewhere = await signIn('viewer')
    const browser = smallBrowser()
    await browser.visit(`${url}/auth/login`, { form: { username: 'viewer', password: passwordOf('viewer') } })
    const page = await browser.visit(`${url}/auth/password`)
    expect(page.html).toContain('autocomplete="current-password"')
    const wrong = await browser.visit(`${url}/auth/password`, { form: { former: 'wrong', password: 'a new password' } })
    expect(wrong).toMatchObject({ status: 403, html: expect.stringContaining('The present password is wrong.') })
    const right = { former: passwordOf('viewer'), password: 'a new password' }
    expect((await browser.visit(`${url}/auth/password`, { form: right })).html).toContain('Your password is changed.')
    expect((await browser.visit(`${url}/me`)).html).toBe('viewer')
    expect((await request('/me', elsewhere)).body).toBe('anonymous')
    expect((await login('viewer', 'a new password')).status).toBe(200)
  })

  test('is throttled, and refused to whoever is signed out', async () => {
    const { url } = await openLinks()
    const browser = smallBrowser()
    expect((await browser.visit(`${url}/auth/password`, { form: { former: 'x', password: 'y' } })).status).toBe(403)
    await browser.visit(`${url}/auth/login`, { form: { username: 'viewer', password: passwordOf('viewer') } })
    const statuses = []
    for (let index = 0; index < 7; index += 1)
      statuses.push((await browser.visit(`${url}/auth/password`, { form: { former: 'x', password: 'y' } })).status)
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429, 429])
  })
})

type Opened = Awaited<ReturnType<typeof openLinks>>
