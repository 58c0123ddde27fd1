import { createTransport } from 'nodemailer'
import { memoryRecords } from 'ostiary'
import { anyone } from 'ostiary/fastify'
import { accountLinks } from 'ostiary/links'
import { chromium } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { passwordOf } from '../application/test-auth.ts'
import { launchOptions } from '../browser/browser-test.ts'
import { mailServer } from './mail-server.ts'

test('a browser without JavaScript sets a forgotten password by the link of a mail', async () => {
  const mail = await mailServer()
  const transport = createTransport({ host: '127.0.0.1', port: mail.port, secure: false, ignoreTLS: true })
  onTestFinished(() => transport.close())
  const application = await openApplication({
    listen: true,
    auth: ({ clock }) => ({
      records: memoryRecords({ clock }),
      extensions: [
        accountLinks({
          url: 'https://app.example.org/auth',
          async deliver({ to, link }) {
            await transport.sendMail({ from: 'app@example.org', to, subject: 'Your password', text: `Open ${link}` })
          },
        }),
      ],
    }),
    routes: (app) => app.get('/', anyone(), ({ user }) => user.name),
  })
  await application.users.edit('viewer', { properties: { mail: 'viewer@example.org' } })
  const browser = await chromium.launch(launchOptions())
  onTestFinished(() => browser.close())
  const context = await browser.newContext({
    baseURL: application.url,
    javaScriptEnabled: false,
    locale: 'en-GB',
    viewport: { width: 320, height: 640 },
  })
  const page = await context.newPage()
  const referrers: string[] = []
  page.on('request', (request) => referrers.push(request.headers().referer ?? ''))

  const arrives = mail.next()
  await page.goto('/auth/reset')
  await page.getByLabel('User name').fill('viewer')
  await page.getByRole('button', { name: 'Send a link' }).click()
  await page.getByText('a link is on its way').waitFor()
  const [link = ''] = /https:\S+/.exec((await arrives).text ?? '') ?? []
  const secret = new URL(link).searchParams.get('token') ?? ''
  expect(secret).toHaveLength(43)

  await page.goto(link.replace('https://app.example.org', application.url))
  expect(page.url()).toBe(`${application.url}/auth/reset/new`)
  const { width } = (await page.locator('main').boundingBox()) ?? { width: 0 }
  expect(width).toBeLessThanOrEqual(320)
  await page.getByLabel('New password').fill('seven quiet herons')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Your password is set. Sign in with it now.').waitFor()
  await page.getByRole('link', { name: 'Continue' }).click()
  await page.waitForURL('**/auth/login')

  for (const password of [passwordOf('viewer'), 'seven quiet herons']) {
    await page.getByLabel('User name').fill('viewer')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  await page.waitForURL(`${application.url}/`)
  expect(await page.locator('body').textContent()).toBe('viewer')
  expect(referrers.some((referrer) => referrer.includes(secret))).toBe(false)

  await page.goto('/auth/reset/new')
  await page.getByText('This link is no longer good.').waitFor()
})
