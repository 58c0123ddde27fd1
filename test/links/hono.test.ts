import { Hono } from 'hono'
import { memoryRecords } from 'ostiary'
import { ostiary } from 'ostiary/hono'
import { accountLinks, type Delivery, linksOf } from 'ostiary/links'
import { openDatabase } from 'ostiary/sql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connectionOf, type NodeInfo, serveFetch } from '../adapters/serve-fetch.ts'
import { passwordOf, testAuth, testUsers } from '../application/test-auth.ts'
import { smallBrowser } from '../oidc/small-browser.ts'

test('with Hono, passwords are changed, and set by a link that is good once', async () => {
  const sent: Delivery[] = []
  const database = openDatabase('sqlite::memory:')
  const users = testUsers(database, { clock: Date.now })
  const deliver = async (delivery: Delivery) => void sent.push(delivery)
  const auth = testAuth({
    sources: [users],
    records: memoryRecords(),
    extensions: [accountLinks({ url: 'https://app.example.org/auth', deliver })],
  })
  const app = new Hono()
  const doorkeeper = ostiary(app, { auth, connection: (c) => connectionOf(c.req.raw, c.env as NodeInfo, false) })
  await doorkeeper.ready()
  const { url, close } = await serveFetch((request, info) => app.fetch(request, info))
  onTestFinished(async () => {
    await close()
    await auth.close()
    await database.close()
  })
  await users.add({
    username: 'viewer',
    password: passwordOf('viewer'),
    properties: { mail: 'viewer@example.org' },
  })
  const local = (link: string) => link.replace('https://app.example.org', url)

  const browser = smallBrowser()
  await browser.visit(`${url}/auth/login`, { form: { username: 'viewer', password: passwordOf('viewer') } })
  const form = { former: passwordOf('viewer'), password: 'seven quiet herons' }
  expect((await browser.visit(`${url}/auth/password`, { form })).status).toBe(200)

  await browser.visit(`${url}/auth/reset`, { form: { username: 'viewer' } })
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  const opened = await browser.visit(local(sent[0]?.link ?? ''))
  expect(opened.url.href).toBe(`${url}/auth/reset/new`)
  const next = { form: { password: 'nine purple lanterns' } }
  const ends = await Promise.all([1, 2, 3].map(() => browser.visit(`${url}/auth/reset/new`, next)))
  expect(ends.map(({ status }) => status).sort()).toEqual([200, 403, 403])
  expect(await users.verifyPassword('viewer', 'nine purple lanterns')).toBe(true)

  const crossSite = { form: { password: 'of an attacker' }, headers: { origin: 'https://evil.example' } }
  const other = smallBrowser()
  await other.visit(local((await linksOf(auth).reset('viewer')).link))
  expect((await other.visit(`${url}/auth/reset/new`, crossSite)).status).toBe(403)
  expect(await users.verifyPassword('viewer', 'nine purple lanterns')).toBe(true)
})
