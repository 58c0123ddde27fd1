import { type AuditEvent, memoryRecords } from 'ostiary'
import { anyone } from 'ostiary/fastify'
import { accountLinks, type Delivery, linksOf, type SignUpOptions } from 'ostiary/links'
import { describe, expect, test, vi } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { VIEWER } from '../application/test-auth.ts'
import { type SmallBrowser, smallBrowser } from '../oidc/small-browser.ts'

async function openLinks(signUp?: SignUpOptions) {
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
          deliver: async (delivery) => void sent.push(delivery),
          ...(signUp && { signUp }),
        }),
      ],
    }),
    routes: (app) => app.get('/me', anyone(), ({ user }) => user.name),
  })
  const visit = (path: string, form?: Record<string, string>, browser: SmallBrowser = smallBrowser()) =>
    browser.visit(`${application.url}/auth${path}`, form && { form })
  async function follow(link: string) {
    const browser = smallBrowser()
    const at = await browser.visit(link.replace('https://app.example.org', application.url))
    return { at, send: (path: string, form: Record<string, string>) => visit(path, form, browser) }
  }
  return { ...application, events, follow, links: linksOf(application.auth), sent, visit }
}

describe('a link that verifies a mail address', () => {
  test('sets the address once, after it was confirmed, and keeps the other properties', async () => {
    const { follow, links, users } = await openLinks()
    await users.edit('viewer', { properties: { room: '4.12', mail: 'old@example.org' } })
    const { link } = await links.verify('viewer', 'new@example.org')
    const { at, send } = await follow(link)
    expect(at.html).toContain('new@example.org')
    expect((await users.get('viewer'))?.properties).toMatchObject({ mail: 'old@example.org' })
    const ends = await Promise.all([1, 2, 3].map(() => send('/verify/new', {})))
    expect(ends.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await users.get('viewer'))?.properties).toEqual({ room: '4.12', mail: 'new@example.org' })
    expect((await follow(link)).at.status).toBe(403)
  })

  test('sets no password, and a link for a password verifies nothing', async () => {
    const { follow, links } = await openLinks()
    const { link } = await links.verify('viewer', 'new@example.org')
    const asReset = await follow(link.replace('/verify/', '/reset/'))
    expect((await asReset.send('/reset/new', { password: 'a new password' })).status).toBe(403)
    const reset = await follow((await links.reset('viewer')).link.replace('/reset/', '/verify/'))
    expect((await reset.send('/verify/new', {})).status).toBe(403)
  })
})

describe('signing up', () => {
  const taken = new Set<string>()
  const accept = async (mail: string) => mail.endsWith('@example.org') && !taken.has(mail)

  test('is off by default', async () => {
    const { visit } = await openLinks()
    expect((await visit('/signup')).status).toBe(404)
  })

  test('adds an account with the name, the password and the proved address', async () => {
    const { follow, login, sent, users, visit } = await openLinks({ accept, roles: [VIEWER] })
    expect((await visit('/signup')).html).toContain('autocomplete="email"')
    await visit('/signup', { mail: 'new@example.org' })
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    expect(sent[0]).toMatchObject({ kind: 'signup', to: 'new@example.org', username: '' })
    const { send } = await follow(sent[0]?.link ?? '')
    const inUse = await send('/signup/new', { username: 'VIEWER', password: 'nine purple lanterns' })
    expect(inUse).toMatchObject({ status: 400, html: expect.stringContaining('There is a user') })
    const form = { username: 'newcomer', password: 'nine purple lanterns' }
    const ends = await Promise.all([1, 2, 3].map((index) => send('/signup/new', { ...form, username: `new${index}` })))
    expect(ends.filter(({ status }) => status === 200)).toHaveLength(1)
    const added = (await users.list()).users.filter(({ username }) => username.startsWith('new'))
    expect(added).toMatchObject([{ properties: { mail: 'new@example.org' }, roles: [VIEWER.name] }])
    expect((await login(added[0]?.username ?? '', form.password)).status).toBe(200)
    expect((await send('/signup/new', form)).status).toBe(403)
  })

  test('gives the same answer for every address, and sends a link only where the application accepts', async () => {
    const { events, sent, visit } = await openLinks({ accept })
    const answers = []
    for (const mail of ['one@example.org', 'one@example.com']) answers.push((await visit('/signup', { mail })).html)
    expect(answers[0]).toBe(answers[1])
    await vi.waitFor(() =>
      expect(events).toContainEqual(expect.objectContaining({ action: 'signup-not-sent', user: null })),
    )
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    for (const mail of ['', 'no address', 'a@b.org, c@d.org', 'a@b.org\r\nBcc: c@d.org', `${'a'.repeat(250)}@b.org`])
      expect((await visit('/signup', { mail })).status).toBe(400)
  })

  test('asks the application once more before it adds the account', async () => {
    const { follow, sent, users, visit } = await openLinks({ accept })
    await visit('/signup', { mail: 'late@example.org' })
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    const { send } = await follow(sent[0]?.link ?? '')
    taken.add('late@example.org')
    expect((await send('/signup/new', { username: 'late', password: 'nine purple lanterns' })).status).toBe(403)
    expect(await users.get('late')).toBeUndefined()
  })

  test('sends at most three mails an hour to one address', async () => {
    const { events, sent, visit } = await openLinks({ accept })
    for (let index = 0; index < 5; index += 1) await visit('/signup', { mail: 'many@example.org' })
    await vi.waitFor(() =>
      expect(events.filter((event) => 'action' in event && event.action === 'signup-not-sent')).toHaveLength(2),
    )
    expect(sent).toHaveLength(3)
  })
})
