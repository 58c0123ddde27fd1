import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { fillIn, signIn, test } from './browser-test.ts'

test('our pages keep to their own content security policy', async ({ page }) => {
  const violations = await watchPolicy(page)
  await page.goto('/auth/login')
  await fillIn(page, 'admin', 'not the password')
  await page.getByRole('alert').waitFor()
  await page.goto('/admin')
  await signIn(page, 'admin')
  await page.goto('/auth/logout')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('status').waitFor()
  expect(violations).toEqual([])
})

test('the page has its looks, so its one style is allowed', async ({ page }) => {
  await page.goto('/auth/login')
  const radius = await page.getByRole('main').evaluate('getComputedStyle(document.querySelector("main")).borderRadius')
  expect(radius).toBe('16px')
})

test.for([
  ['a script', 'const s = document.createElement("script"); s.text = "document.title = 1"; document.body.append(s)'],
  ['a style', 'const s = document.createElement("style"); s.textContent = "p { color: red }"; document.body.append(s)'],
  ['a picture', 'const i = new Image(); i.src = "/docs/static/logo.svg"; document.body.append(i)'],
  ['a form to elsewhere', 'document.forms[0].action = "http://localhost:9/"; document.forms[0].submit()'],
] as const)('%s that somebody brought into the login page is stopped', async ([, intrusion], { page }) => {
  const violations = await watchPolicy(page)
  await page.goto('/auth/login')
  const noticed = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'))
  await page.evaluate(`{ ${intrusion} }`)
  await noticed
  expect(violations).toHaveLength(1)
})

/** Collects what the browser says about violated policies. Other complaints, such as of a 401, are not its business. */
async function watchPolicy(page: Page): Promise<string[]> {
  const violations: string[] = []
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text())
  })
  page.on('pageerror', (error) => violations.push(String(error)))
  return violations
}
