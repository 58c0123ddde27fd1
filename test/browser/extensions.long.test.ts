import { Secret, TOTP } from 'otpauth'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test as base, fillIn } from './browser-test.ts'
import { expectNoViolations } from './violations.ts'

interface Visitor {
  readonly visitor: (options?: BrowserContextOptions) => Promise<Page>
}

const test = base.extend<Visitor>({
  visitor: async ({ browser, demo }, use) => {
    const contexts: { close(): Promise<void> }[] = []
    await use(async (options) => {
      const context = await browser.newContext({ baseURL: demo.url, locale: 'en-GB', ...options })
      contexts.push(context)
      return context.newPage()
    })
    for (const context of contexts) await context.close()
  },
})

async function signIn(page: Page, name: string, next = '/auth/account'): Promise<void> {
  await page.goto(`/auth/login?next=${next}`)
  await fillIn(page, name)
}

async function enrol(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.goto('/auth/second-factor/enrol')
  const secret = ((await page.locator('code').first().textContent()) ?? '').replaceAll(' ', '')
  await page.getByLabel('Code').fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate())
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
  return { secret, codes: await page.locator('.codes code').allTextContents() }
}

describe('without JavaScript', () => {
  test('a second factor is added, and a recovery code signs in', async ({ visitor }) => {
    const page = await visitor({ javaScriptEnabled: false })
    await signIn(page, 'user')
    const { codes } = await enrol(page)
    expect(codes).toHaveLength(10)
    const elsewhere = await visitor({ javaScriptEnabled: false })
    await signIn(elsewhere, 'user')
    await elsewhere.waitForURL('**/auth/second-factor')
    await elsewhere.getByLabel('Code').fill('000000')
    await elsewhere.getByRole('button', { name: 'Continue' }).click()
    await elsewhere.getByRole('alert').waitFor()
    await elsewhere.getByLabel('Code').fill(codes[0] ?? '')
    await elsewhere.getByRole('button', { name: 'Continue' }).click()
    await elsewhere.getByRole('heading', { name: 'Your account' }).waitFor()
  })

  test('a token is made on the page, and used', async ({ demo, visitor }) => {
    const page = await visitor({ javaScriptEnabled: false })
    await signIn(page, 'admin', '/auth/tokens')
    await page.getByLabel('Name', { exact: true }).fill('backup')
    await page.getByLabel('Only these permissions:').uncheck()
    await page.getByRole('button', { name: 'Make a token' }).click()
    const token = await page.locator('code').textContent()
    const asked = await fetch(`${demo.url}/admin2`, { headers: { authorization: `Bearer ${token}` } })
    expect(await asked.json()).toMatchObject({ user: { name: 'admin' } })
  })

  test('a session is ended from another browser', async ({ visitor }) => {
    const [here, there] = [
      await visitor({ javaScriptEnabled: false }),
      await visitor({
        javaScriptEnabled: false,
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      }),
    ]
    await signIn(here, 'viewer')
    await signIn(there, 'viewer')
    await here.reload()
    await here.getByRole('button', { name: /^End: Firefox/ }).click()
    await there.goto('/auth/account')
    await there.waitForURL('**/auth/login?**')
  })
})

const CIRCUMSTANCES: readonly (readonly [string, BrowserContextOptions])[] = [
  ['by day', { colorScheme: 'light' }],
  ['by night', { colorScheme: 'dark' }],
  ['320 pixels wide', { viewport: { width: 320, height: 640 } }],
]

describe.each(CIRCUMSTANCES)('%s', (_, options) => {
  test('the pages of the account have no violations', async ({ visitor }) => {
    const page = await visitor(options)
    await signIn(page, 'admin')
    for (const path of ['/auth/account', '/auth/tokens', '/auth/second-factor/enrol', '/auth/second-factor']) {
      await page.goto(path)
      await expectNoViolations(page)
      const widths = '[document.documentElement.scrollWidth, document.documentElement.clientWidth]'
      const [scrollWidth, clientWidth] = await page.evaluate<[number, number]>(widths)
      expect([path, scrollWidth]).toEqual([path, clientWidth])
    }
  })
})
