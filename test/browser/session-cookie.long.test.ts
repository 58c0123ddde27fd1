import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { launchOptions, sessionCookies, signIn, test } from './browser-test.ts'

const DAY = 24 * 60 * 60

test('the browser keeps the cookie from scripts and from other sites, and until it is closed', async ({
  page,
  context,
}) => {
  await signIn(page, 'viewer')
  expect(await sessionCookies(context)).toEqual([
    expect.objectContaining({
      name: 'ostiary-demo.ostiary',
      domain: '127.0.0.1',
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      // Plain http on the own machine, the one exception.
      secure: false,
      expires: -1,
    }),
  ])
  expect(await page.evaluate('document.cookie')).toBe('')
})

test('the browser keeps the cookie of a known device from scripts and from other sites, and when it is closed', async ({
  page,
  context,
}) => {
  await signIn(page, 'viewer')
  const device = (await context.cookies()).find(({ name }) => name === 'ostiary-demo.ostiary-device')
  expect(device).toMatchObject({ domain: '127.0.0.1', path: '/', httpOnly: true, sameSite: 'Lax', secure: false })
  expect(device?.expires).toBeGreaterThan(Date.now() / 1000 + 89 * DAY)
  await page.goto('/auth/logout')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('status').waitFor()
  expect(await context.cookies()).toEqual([device])
})

test('who follows a link from another site arrives signed in', async ({ page, demo }) => {
  await signIn(page, 'viewer')
  await page.goto(`data:text/html,<a href="${demo.url}/">over there</a>`)
  await page.getByRole('link').click()
  await page.waitForURL('/')
  expect(await page.locator('#name').textContent()).toBe('viewer')
})

describe('after the browser was closed and opened again', () => {
  test('who chose to stay signed in still is', async ({ demo }) => {
    await using profile = await browserProfile(demo.url)
    await profile.browse(async (page, context) => {
      await page.goto('/auth/login')
      await page.getByLabel('Stay signed in on this device').check()
      await page.getByLabel('User name').fill('viewer')
      await page.getByLabel('Password').fill('viewer')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL('/')
      const days = ((await sessionCookies(context))[0]?.expires ?? 0) / DAY - Date.now() / 1000 / DAY
      expect(days).toBeGreaterThan(29)
      expect(days).toBeLessThanOrEqual(30)
    })
    await profile.browse(async (page) => {
      expect((await page.goto('/admin2'))?.status()).toBe(200)
    })
  })

  test('nobody else is', async ({ demo }) => {
    await using profile = await browserProfile(demo.url)
    await profile.browse(async (page) => signIn(page, 'viewer'))
    await profile.browse(async (page, context) => {
      expect(await sessionCookies(context)).toEqual([])
      await page.goto('/admin2')
      expect(new URL(page.url()).pathname).toBe('/auth/login')
    })
  })
})

/** A browser whose memory is kept in a folder while it is closed. */
async function browserProfile(baseURL: string) {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-browser-'))
  return {
    async browse(visit: (page: Page, context: BrowserContext) => Promise<void>) {
      const context = await chromium.launchPersistentContext(folder, { ...launchOptions(), baseURL, locale: 'en-GB' })
      try {
        await visit(context.pages()[0] ?? (await context.newPage()), context)
      } finally {
        await context.close()
      }
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
