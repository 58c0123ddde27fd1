import { describe, expect } from 'vitest'
import { fillIn, signIn, test } from './browser-test.ts'
import { expectNoViolations } from './violations.ts'

const SENTENCES = {
  'en-GB': ['Sign in', /^Too many sign-in attempts\. You can try again in 1[45] minutes\.$/],
  'de-DE': ['Anmelden', /^Zu viele Anmeldeversuche\. Sie können es in 1[45] Minuten noch einmal versuchen\.$/],
} as const

describe('after too many attempts from one address', () => {
  test('a browser that has signed in before still signs in; others are told to wait, in their language', async ({
    browser,
    page,
    demo,
  }) => {
    await signIn(page, 'viewer')
    // Names that nobody has: the first attempts at each are not delayed.
    const statuses: number[] = []
    while (!statuses.includes(429) && statuses.length < 100) {
      const response = await fetch(`${demo.url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: `somebody-${statuses.length}`, password: 'Spring2030' }),
      })
      statuses.push(response.status)
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(50)
    expect(statuses.at(-1)).toBe(429)

    for (const [locale, [button, sentence]] of Object.entries(SENTENCES)) {
      const context = await browser.newContext({ baseURL: demo.url, locale })
      const stranger = await context.newPage()
      await stranger.goto('/auth/login')
      await stranger.locator('#username').fill('viewer')
      await stranger.locator('#password').fill('viewer')
      const answer = stranger.waitForResponse((response) => response.request().method() === 'POST')
      await stranger.getByRole('button', { name: button }).click()
      expect((await answer).status()).toBe(429)
      await stranger.getByRole('alert').waitFor()
      expect(await stranger.getByRole('alert').textContent()).toMatch(sentence)
      expect(await stranger.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2))
      expect(await stranger.locator('#username').inputValue()).toBe('viewer')
      expect(await stranger.locator('#password').inputValue()).toBe('')
      await expectNoViolations(stranger)
      await context.close()
    }

    await page.goto('/auth/logout')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('status').waitFor()
    await fillIn(page, 'viewer')
    await page.waitForURL('/')
    expect(await page.locator('#name').textContent()).toBe('viewer')
  })
})
