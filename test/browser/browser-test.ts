import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type LaunchOptions, type Page } from 'playwright-core'
import { test as base } from 'vitest'
import { startDemoProcess, temporaryDatabase } from '../demo/demo-process.ts'

/** The demo that a file of browser tests runs against: started for it, on a database of its own. */
export interface Demo {
  readonly url: string
  readonly databaseUrl: string
}

interface Fixtures {
  $file: { demo: Demo; browser: Browser }
  $test: { context: BrowserContext; page: Page }
}

/** A test with a real browser in front of the real demo. Every test gets a visitor without cookies. */
export const test = base.extend<Fixtures>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures one needs.
    async ({}, use) => {
      const database = await temporaryDatabase()
      const demo = startDemoProcess({ OSTIARY_DATABASE_URL: database.url })
      try {
        await use({ url: await demo.address, databaseUrl: database.url })
      } finally {
        await demo.stop()
        await database.remove()
      }
    },
    { scope: 'file' },
  ],
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: As above.
    async ({}, use) => {
      const browser = await chromium.launch(launchOptions())
      await use(browser)
      await browser.close()
    },
    { scope: 'file' },
  ],
  context: async ({ browser, demo }, use) => {
    const context = await browser.newContext({ baseURL: demo.url, locale: 'en-GB' })
    context.setDefaultTimeout(60_000)
    await use(context)
    await context.close()
  },
  page: async ({ context }, use) => use(await context.newPage()),
})

/** How to start Debian's Chromium, or the one that CHROMIUM_PATH names. */
export function launchOptions(): LaunchOptions {
  const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}, and the browser tests need one: ` +
        'apt-get install chromium fonts-liberation, or set CHROMIUM_PATH to a Chromium or Chrome.',
    )
  }
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ]
  return { executablePath, args }
}

/** The cookies of a browser, but the one by which the throttle knows it again: that one stays when somebody signs out. */
export async function sessionCookies(context: Pick<BrowserContext, 'cookies'>) {
  return (await context.cookies()).filter(({ name }) => !name.endsWith('-device'))
}

/** Fills in the login form that the page shows, and sends it. */
export async function fillIn(page: Page, username: string, password: string = username): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Signs in on the login page, and arrives at the first page. */
export async function signIn(page: Page, username: string, password: string = username): Promise<void> {
  await page.goto('/auth/login')
  await fillIn(page, username, password)
  await page.waitForURL('/')
}

/**
 * What the three guarded routes answer to a browser that opens them one after the other: the status code, or `login`
 * where it arrives at the login page.
 */
export async function guardedRoutes(page: Page): Promise<Record<string, number | 'login' | undefined>> {
  const answers: Record<string, number | 'login' | undefined> = {}
  for (const path of ['/admin', '/admin2', '/admin3']) {
    const status = (await page.goto(path))?.status()
    answers[path] = new URL(page.url()).pathname === '/auth/login' ? 'login' : status
  }
  return answers
}
