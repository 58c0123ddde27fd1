import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test as base, fillIn, signIn } from './browser-test.ts'
import { expectNoViolations, violations } from './violations.ts'

interface Visitor {
  /** A visitor with these circumstances. */
  readonly visitor: (options?: BrowserContextOptions) => Promise<Page>
}

const test = base.extend<Visitor>({
  visitor: async ({ browser, demo }, use) => {
    const options = { baseURL: demo.url, locale: 'en-GB' }
    const contexts: { close(): Promise<void> }[] = []
    await use(async (more) => {
      const context = await browser.newContext({ ...options, ...more })
      contexts.push(context)
      return context.newPage()
    })
    for (const context of contexts) await context.close()
  },
})

const CIRCUMSTANCES: readonly (readonly [string, BrowserContextOptions])[] = [
  ['by day', { colorScheme: 'light' }],
  ['by night', { colorScheme: 'dark' }],
  ['320 pixels wide', { viewport: { width: 320, height: 640 } }],
]
const LANGUAGES: readonly (readonly [string, BrowserContextOptions])[] = [['in German', { locale: 'de-DE' }]]

describe.each([...CIRCUMSTANCES, ...LANGUAGES])('%s', (_, options) => {
  test('the login page', async ({ visitor }) => {
    const page = await visitor(options)
    await page.goto('/auth/login')
    expect(await page.locator('html').getAttribute('lang')).toBe(options.locale === 'de-DE' ? 'de' : 'en')
    await expectNoViolations(page)
  })

  test('the page of a refusal', async ({ visitor }) => {
    const page = await visitor(options)
    await page.goto('/auth/login')
    // By their names, which are the same in every language.
    await page.locator('[name=username]').fill('viewer')
    await page.locator('[name=password]').fill('viewer')
    await page.keyboard.press('Enter')
    await page.waitForURL('/')
    await page.goto('/admin')
    expect(await page.locator('strong').textContent()).toBe('viewer')
    await expectNoViolations(page)
  })
})

describe.each(CIRCUMSTANCES)('%s', (_, options) => {
  test('the login page after a wrong password', async ({ visitor }) => {
    const page = await visitor(options)
    await page.goto('/auth/login')
    await fillIn(page, 'admin', 'not the password')
    await page.getByRole('alert').waitFor()
    await expectNoViolations(page)
  })

  test('the home page and the logout page, before, while and after somebody is signed in', async ({ visitor }) => {
    const page = await visitor(options)
    for (const path of ['/', '/auth/logout']) {
      await page.goto(path)
      await expectNoViolations(page)
    }
    await signIn(page, 'admin')
    await expectNoViolations(page)
    await page.goto('/auth/logout')
    await expectNoViolations(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('status').waitFor()
    await expectNoViolations(page)
  })
})

test('a page that fails is noticed', async ({ visitor }) => {
  const page = await visitor()
  await page.goto('/auth/login')
  await page.evaluate('document.querySelector("label").remove()')
  expect(await violations(page)).toEqual([expect.stringMatching(/^label: /)])
})

test('with the keyboard alone one signs in, in the order in which one reads', async ({ page }) => {
  await page.goto('/auth/login')
  // A browser places the cursor when it first draws the page, which is after it has loaded.
  await page.locator('[name=username]:focus').waitFor()
  await page.keyboard.type('viewer')
  await page.keyboard.press('Tab')
  await page.keyboard.type('viewer')
  await page.keyboard.press('Tab')
  expect(await page.locator(':focus').textContent()).toBe('Show password')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  expect(await page.getByLabel('Stay signed in on this device').isChecked()).toBe(true)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL('/')
  expect(await page.locator('#name').textContent()).toBe('viewer')
})
