import { expect } from 'vitest'
import { fillIn, test } from './browser-test.ts'
import { startOtherSite } from './other-site.ts'

test('whoever was on the way to a page arrives there, query and all', async ({ page, demo }) => {
  await page.goto(`/auth/login?${new URLSearchParams({ next: '/admin2?a=1&b=2#c' })}`)
  await fillIn(page, 'viewer')
  await page.waitForURL('/admin2*')
  expect(page.url()).toBe(`${demo.url}/admin2?a=1&b=2#c`)
})

test('a wrong password on the way does not lose the way', async ({ page }) => {
  await page.goto('/auth/login?next=/admin2')
  await fillIn(page, 'viewer', 'not the password')
  await page.getByRole('alert').waitFor()
  await fillIn(page, 'viewer')
  await page.waitForURL('/admin2')
})

test('nobody is led to another site, whatever the link to the login page said', async ({ page, context, demo }) => {
  await using elsewhere = await startOtherSite('<h1>Elsewhere</h1>')
  const { host } = new URL(elsewhere.url)
  const traps = [
    elsewhere.url,
    `//${host}/`,
    `///${host}/`,
    `/\\${host}/`,
    `\\\\${host}/`,
    `/\t/${host}/`,
    `/\n/${host}/`,
    `/.//${host}/`,
    `/x/..//${host}/`,
    `http:${host}/`,
    `@${host}/`,
    `javascript:location="${elsewhere.url}"`,
    `data:text/html,<script>location="${elsewhere.url}"</script>`,
  ]
  // Someone may have sent the form without ever having been on the login page: so the trap is put into the form itself.
  for (const trap of traps) {
    await context.clearCookies()
    await page.goto('/auth/login?next=/admin2')
    await page.locator('input[name=next]').evaluate((field: { value: string }, value) => {
      field.value = value
    }, trap)
    await fillIn(page, 'viewer')
    await page.waitForURL((url) => url.pathname !== '/auth/login')
    expect(new URL(page.url()).origin, JSON.stringify(trap)).toBe(demo.url)
  }
  expect(elsewhere.visits).toEqual([])
})

test('the login page does not even keep such a way', async ({ page }) => {
  await page.goto(`/auth/login?${new URLSearchParams({ next: '//elsewhere.example/' })}`)
  expect(await page.locator('input[name=next]').count()).toBe(0)
})
