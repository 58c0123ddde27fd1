import { anyone, protect } from 'ostiary/fastify'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { ADMIN, passwordOf } from '../application/test-auth.ts'
import { launchOptions } from './browser-test.ts'

// Not in front of the demo: here the clock is moved.

describe('whoever has been signed in for longer than a page allows', () => {
  test('is asked to sign in again, and lands on that page', async () => {
    const { page, clock, url } = await visit()
    await signIn(page, 'admin')
    await page.goto('/publish?issue=7')
    expect(await page.locator('body').textContent()).toBe('publish 7')

    clock.advance('15m')
    await page.goto('/plain')
    expect(await page.locator('body').textContent()).toBe('admin')
    await page.goto('/publish?issue=7')
    expect(new URL(page.url()).pathname).toBe('/auth/login')
    expect(await page.getByRole('status').textContent()).toBe(
      'You have been signed in for a while. To go on, please sign in again.',
    )
    expect(await page.getByLabel('User name').inputValue()).toBe('admin')
    // The cursor is where one goes on, once the page is drawn.
    await page.locator('[name=password]:focus').waitFor()
    await page.keyboard.type(passwordOf('admin'))
    await page.keyboard.press('Enter')
    await page.waitForURL('/publish*')
    expect(page.url()).toBe(`${url}/publish?issue=7`)
    expect(await page.locator('body').textContent()).toBe('publish 7')
  })

  test('and mistypes the password, is still on the way', async () => {
    const { page, clock, url } = await visit()
    await signIn(page, 'admin')
    clock.advance('20m')
    await page.goto('/publish?issue=7')
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('User name').inputValue()).toBe('admin')
    await page.getByLabel('Password').fill(passwordOf('admin'))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('/publish*')
    expect(page.url()).toBe(`${url}/publish?issue=7`)
  })

  test('and sends a form, is told that nothing has been done, and may do it again afterwards', async () => {
    const { page, clock, published } = await visit()
    await signIn(page, 'admin')
    await page.goto('/form')
    clock.advance('20m')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('heading', { name: 'Please sign in again' }).waitFor()
    expect(published()).toBe(0)
    await page.getByRole('link', { name: 'Go to sign-in' }).click()
    expect(await page.getByLabel('User name').inputValue()).toBe('admin')
    await page.getByLabel('Password').fill(passwordOf('admin'))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('/')
    await page.goto('/form')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.waitForURL('/publish')
    expect(published()).toBe(1)
  })

  test('stays signed in on this device, if that was the wish', async () => {
    const { page, clock } = await visit()
    await page.goto('/auth/login')
    await page.getByLabel('Stay signed in').check()
    await signIn(page, 'admin', false)
    clock.advance('10d')
    await page.goto('/publish?issue=7')
    expect(await page.getByLabel('Stay signed in').isChecked()).toBe(true)
  })

  test('reads it in German', async () => {
    const { page, clock } = await visit({ locale: 'de-DE' })
    await page.goto('/auth/login')
    await page.getByLabel('Benutzername').fill('admin')
    await page.getByLabel('Passwort').fill(passwordOf('admin'))
    await page.getByRole('button', { name: 'Anmelden' }).click()
    await page.waitForURL('/')
    clock.advance('20m')
    await page.goto('/publish')
    expect(await page.getByRole('status').textContent()).toBe(
      'Sie sind schon länger angemeldet. Um fortzufahren, melden Sie sich bitte noch einmal an.',
    )
  })

  test('and may not open the page anyway, is not asked', async () => {
    const { page, clock } = await visit()
    await signIn(page, 'viewer')
    clock.advance('20m')
    expect((await page.goto('/publish'))?.status()).toBe(403)
    expect(await page.getByRole('heading').textContent()).toBe('You may not open this page')
  })
})

async function visit(options: BrowserContextOptions = {}) {
  let published = 0
  const guard = protect({ roles: [ADMIN], authenticatedWithin: '15m' })
  const application = await openApplication({
    routes(app) {
      app.addContentTypeParser('application/x-www-form-urlencoded', (_request, payload, done) => {
        payload.resume().once('end', () => done(null, {}))
      })
      app.get('/', anyone(), async () => 'home')
      app.get('/plain', protect({ roles: [ADMIN] }), async ({ user }) => user.name)
      app.get<{ Querystring: { issue?: string } }>('/publish', guard, async ({ query }) => `publish ${query.issue}`)
      app.post('/publish', guard, async () => {
        published += 1
        return 'published'
      })
      app.get('/form', anyone(), async (_request, reply) =>
        reply
          .type('text/html')
          .send(
            '<!doctype html><title>Form</title><form method="post" action="/publish"><button>Publish</button></form>',
          ),
      )
    },
  })
  const url = await application.app.listen({ port: 0, host: '127.0.0.1' })
  const browser = await chromium.launch(launchOptions())
  onTestFinished(() => browser.close())
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', ...options })
  return { url, clock: application.clock, page: await context.newPage(), published: () => published }
}

async function signIn(page: Page, name: 'admin' | 'viewer', open = true): Promise<void> {
  if (open) await page.goto('/auth/login')
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password').fill(passwordOf(name))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('/')
}
