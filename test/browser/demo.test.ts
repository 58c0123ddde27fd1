import type { BrowserContext } from 'playwright-core'
import { describe, expect } from 'vitest'
import { fillIn, guardedRoutes, sessionCookies, signIn, test } from './browser-test.ts'

const CLOSED = { '/admin': 'login', '/admin2': 'login', '/admin3': 'login' }
/** To programs. */
const REFUSED = { '/admin': 401, '/admin2': 401, '/admin3': 401 }

describe('who gets in where', () => {
  test('admin: everywhere', async ({ page }) => {
    await signIn(page, 'admin')
    expect(await page.locator('#name').textContent()).toBe('admin')
    expect(await guardedRoutes(page)).toEqual({ '/admin': 200, '/admin2': 200, '/admin3': 200 })
  })

  test('user: where the permission to view is enough', async ({ page }) => {
    await signIn(page, 'user')
    expect(await guardedRoutes(page)).toEqual({ '/admin': 403, '/admin2': 200, '/admin3': 403 })
  })

  test('viewer: there too', async ({ page }) => {
    await signIn(page, 'viewer')
    expect(await guardedRoutes(page)).toEqual({ '/admin': 403, '/admin2': 200, '/admin3': 403 })
  })

  test('anonymous: nowhere, but to the login page', async ({ page }) => {
    await page.goto('/')
    expect(await page.locator('#name').textContent()).toBe('anonymous')
    expect(await guardedRoutes(page)).toEqual(CLOSED)
  })

  test('a guarded route answers with who is asking', async ({ page }) => {
    await signIn(page, 'viewer')
    const answer = await page.goto('/admin2')
    expect(await answer?.json()).toEqual({
      user: { name: 'viewer', description: 'Only views', roles: ['Viewer'], isAnonymous: false, properties: {} },
    })
  })

  test('a refusal tells people who they are signed in as, and nothing of what it would take', async ({ page }) => {
    await signIn(page, 'viewer')
    const answer = await page.goto('/admin')
    expect(await page.getByRole('heading').textContent()).toBe('You may not open this page')
    expect(await page.getByRole('main').locator('strong').textContent()).toBe('viewer')
    expect(await answer?.text()).not.toMatch(/administrator/i)
    await page.getByRole('link', { name: 'Sign in with another account' }).click()
    await fillIn(page, 'admin')
    await page.waitForURL('/admin')
  })
})

describe('signing in', () => {
  test('with a wrong password says so, keeps the name and forgets the password', async ({ page, context }) => {
    await page.goto('/auth/login')
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await fillIn(page, 'admin', 'not the password')
    expect((await answer).status()).toBe(401)
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toBe('User name or password is wrong.')
    expect(await page.getByLabel('User name').inputValue()).toBe('admin')
    expect(await page.getByLabel('Password').inputValue()).toBe('')
    expect(await context.cookies()).toEqual([])
  })

  test('with a name that nobody has says the very same', async ({ page }) => {
    const texts: string[] = []
    for (const name of ['admin', 'nobody-of-that-name']) {
      await page.goto('/auth/login')
      await fillIn(page, name, 'not the password')
      await page.getByRole('alert').waitFor()
      texts.push((await page.content()).replaceAll(name, 'NAME'))
    }
    expect(texts[1]).toBe(texts[0])
  })

  test('works without JavaScript, and so does signing out', async ({ browser, demo }) => {
    const context = await browser.newContext({ baseURL: demo.url, javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto('data:text/html,<title>off</title><script>document.title = "on"</script>')
    expect(await page.title()).toBe('off')

    await signIn(page, 'admin')
    expect(await page.locator('#name').textContent()).toBe('admin')
    await page.goto('/auth/logout')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('status').waitFor()
    expect(await guardedRoutes(page)).toEqual(CLOSED)
    await context.close()
  })

  test('starts a new session in place of the one before', async ({ page, context, demo }) => {
    await signIn(page, 'admin')
    const before = await sessionCookie(context)
    await signIn(page, 'viewer')
    expect(await guardedRoutes(page)).toMatchObject({ '/admin': 403, '/admin2': 200 })
    expect(await replay(demo.url, before)).toEqual(REFUSED)
  })
})

describe('signing out', () => {
  test('by the button ends the session, and its cookie is worth nothing to whoever kept it', async ({
    page,
    context,
    demo,
  }) => {
    await signIn(page, 'admin')
    const kept = await sessionCookie(context)
    expect(await replay(demo.url, kept)).toEqual({ '/admin': 200, '/admin2': 200, '/admin3': 200 })

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('status').waitFor()
    expect(await page.getByRole('status').textContent()).toBe('You are signed out.')
    expect(await sessionCookies(context)).toEqual([])
    await page.goto('/')
    expect(await page.locator('#name').textContent()).toBe('anonymous')
    expect(await guardedRoutes(page)).toEqual(CLOSED)
    expect(await replay(demo.url, kept)).toEqual(REFUSED)
  })

  test('has a page of its own, and looking at it changes nothing', async ({ page }) => {
    await signIn(page, 'admin')
    await page.goto('/auth/logout')
    expect(await page.getByRole('main').locator('strong').textContent()).toBe('admin')
    await page.goto('/')
    expect(await page.locator('#name').textContent()).toBe('admin')
  })

  test('in one tab is signing out in all of them', async ({ page, context }) => {
    await signIn(page, 'admin')
    const other = await context.newPage()
    await other.goto('/auth/logout')
    await other.getByRole('button', { name: 'Sign out' }).click()
    await other.getByRole('status').waitFor()
    expect(await guardedRoutes(page)).toEqual(CLOSED)
  })
})

async function sessionCookie(context: BrowserContext): Promise<string> {
  const [cookie, ...others] = await sessionCookies(context)
  expect(others).toEqual([])
  return `${cookie?.name}=${cookie?.value}`
}

/** What the guarded routes answer to somebody who is not the browser and holds a copy of its cookie. */
async function replay(url: string, cookie: string): Promise<Record<string, number>> {
  const answers: Record<string, number> = {}
  for (const path of Object.keys(REFUSED)) answers[path] = (await fetch(url + path, { headers: { cookie } })).status
  return answers
}
