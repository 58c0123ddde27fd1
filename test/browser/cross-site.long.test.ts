import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { signIn, test } from './browser-test.ts'
import { startOtherSite } from './other-site.ts'

// To a browser, another port is another origin of the same site, whose forms carry our cookie in spite of SameSite.
describe.each([
  ['another site', 'localhost'],
  ['another origin of the same site', '127.0.0.1'],
] as const)('a form on %s', (_, host) => {
  test('does not sign anybody in', async ({ page, context, demo }) => {
    await using elsewhere = await startOtherSite(
      form(`${demo.url}/auth/login`, { username: 'admin', password: 'admin' }),
      host,
    )
    expect(await statusAfterPost(page, elsewhere.url)).toBe(403)
    expect(await context.cookies()).toEqual([])
    expect(await whoAmI(page)).toBe('anonymous')
  })

  test('does not put somebody else in the place of whoever is signed in', async ({ page, demo }) => {
    await signIn(page, 'viewer')
    await using elsewhere = await startOtherSite(
      form(`${demo.url}/auth/login`, { username: 'admin', password: 'admin' }),
      host,
    )
    expect(await statusAfterPost(page, elsewhere.url)).toBe(403)
    expect(await whoAmI(page)).toBe('viewer')
  })

  test('does not sign anybody out', async ({ page, demo }) => {
    await signIn(page, 'viewer')
    await using elsewhere = await startOtherSite(form(`${demo.url}/auth/logout`, {}), host)
    expect(await statusAfterPost(page, elsewhere.url)).toBe(403)
    expect(await whoAmI(page)).toBe('viewer')
  })
})

test('such a form on our own pages does sign in, so it is not the form that is refused', async ({ page, demo }) => {
  await page.goto('/')
  const answer = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.setContent(form(`${demo.url}/auth/login`, { username: 'admin', password: 'admin' }))
  expect((await answer).status()).toBe(303)
  await page.waitForURL('/')
  expect(await whoAmI(page)).toBe('admin')
})

test('a picture of the logout page elsewhere signs nobody out', async ({ page, demo }) => {
  await signIn(page, 'viewer')
  await using elsewhere = await startOtherSite(`<img src="${demo.url}/auth/logout" alt="">`, '127.0.0.1')
  await page.goto(elsewhere.url, { waitUntil: 'networkidle' })
  expect(await whoAmI(page)).toBe('viewer')
})

test('the login page cannot be framed by somebody who would put something over it', async ({ page, demo }) => {
  await using elsewhere = await startOtherSite(`<iframe src="${demo.url}/auth/login"></iframe>`, '127.0.0.1')
  await page.goto(elsewhere.url, { waitUntil: 'networkidle' })
  const frame = page.frames().find((each) => each !== page.mainFrame())
  expect(await frame?.locator('form').count()).toBe(0)
})

/** A page with a form that sends itself. */
function form(action: string, fields: Record<string, string>): string {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
  return `<form method="post" action="${action}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`
}

async function statusAfterPost(page: Page, url: string): Promise<number> {
  const answer = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.goto(url)
  const response = await answer
  await page.waitForURL(response.url())
  return response.status()
}

async function whoAmI(page: Page): Promise<string | null> {
  await page.goto('/')
  return page.locator('#name').textContent()
}
