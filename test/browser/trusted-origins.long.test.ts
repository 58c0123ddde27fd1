import type { FastifyInstance } from 'fastify'
import { anyone, type OstiaryOptions } from 'ostiary/fastify'
import type { Browser, Page } from 'playwright-core'
import { describe, expect, onTestFinished } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { passwordOf } from '../application/test-auth.ts'
import { fillIn, test } from './browser-test.ts'
import { startOtherSite } from './other-site.ts'

// A single-page application on one port, and the API on another one: to a browser, two origins of one site.

const FRONT_END = '<!doctype html><title>Front end</title><h1>Front end</h1>'

describe('a page on another port', () => {
  test('signs in and out with trustedOrigins, and learns who it is', async ({ browser }) => {
    await using frontEnd = await startOtherSite(FRONT_END, '127.0.0.1')
    const api = await startApi({ trustedOrigins: [originOf(frontEnd.url)] })
    const page = await openPage(browser, frontEnd.url)

    expect(await call(page, `${api}/auth/session`)).toMatchObject({ status: 200, body: { user: null } })
    expect(await signIn(page, api, 'wrong')).toMatchObject({ status: 401 })
    expect(await signIn(page, api)).toMatchObject({ status: 200, body: { user: { name: 'viewer' } } })
    expect(await call(page, `${api}/auth/session`)).toMatchObject({
      status: 200,
      body: { user: { name: 'viewer', roles: ['Viewer'], permissions: ['view'] } },
    })
    expect(await call(page, `${api}/auth/logout`, {})).toMatchObject({ status: 200 })
    expect(await call(page, `${api}/auth/session`)).toMatchObject({ body: { user: null } })
  })

  test('cannot without them: the browser keeps the answer from it, and nobody is signed in', async ({ browser }) => {
    await using frontEnd = await startOtherSite(FRONT_END, '127.0.0.1')
    for (const plugin of [
      {},
      { trustedOrigins: ['http://127.0.0.1:1'] },
      { returnOrigins: [originOf(frontEnd.url)] },
    ]) {
      const api = await startApi(plugin)
      const page = await openPage(browser, frontEnd.url)
      expect(await call(page, `${api}/auth/session`)).toBe('TypeError: Failed to fetch')
      expect(await signIn(page, api)).toBe('TypeError: Failed to fetch')
      // What goes without a preflight, and whose answer nobody reads, does nothing either.
      const simple = 'application/x-www-form-urlencoded;username=viewer&password=pw of viewer'.split(';')
      await page.evaluate(
        async ([url, type, body]) => {
          const init = { method: 'POST', mode: 'no-cors', credentials: 'include' } as const
          await fetch(url ?? '', { ...init, headers: { 'content-type': type ?? '' }, body: body ?? '' })
        },
        [`${api}/auth/login`, ...simple],
      )
      expect((await page.context().cookies()).map(({ name }) => name)).toEqual([])
    }
  })

  test('does not sign out whoever is signed in at the API itself, unless it is trusted', async ({ browser }) => {
    await using frontEnd = await startOtherSite(FRONT_END, '127.0.0.1')
    const api = await startApi({})
    const page = await openPage(browser, `${api}/auth/login`)
    await fillIn(page, 'viewer', passwordOf('viewer'))
    await page.waitForURL(`${api}/`)
    await page.goto(frontEnd.url)
    expect(await call(page, `${api}/auth/logout`, {})).toBe('TypeError: Failed to fetch')
    await page.goto(`${api}/`)
    expect(await page.locator('body').textContent()).toBe('Hello viewer')
  })

  test('may bring somebody to the login page and back', async ({ browser }) => {
    await using frontEnd = await startOtherSite(FRONT_END, '127.0.0.1')
    const api = await startApi({ trustedOrigins: [originOf(frontEnd.url)] })
    const page = await openPage(browser, `${api}/auth/login?${new URLSearchParams({ next: `${frontEnd.url}inbox` })}`)
    await fillIn(page, 'viewer', passwordOf('viewer'))
    await page.waitForURL(`${frontEnd.url}inbox`)
    expect(await call(page, `${api}/auth/session`)).toMatchObject({ body: { user: { name: 'viewer' } } })
  })
})

describe('where a login leads to a page that leads on to another origin', () => {
  test('the browser arrives there with returnOrigins', async ({ browser }) => {
    await using elsewhere = await startOtherSite('<h1>Elsewhere</h1>')
    const page = await signInOnTheWay(browser, elsewhere.url, { returnOrigins: [originOf(elsewhere.url)] })
    await page.waitForURL(elsewhere.url)
    expect(elsewhere.visits).toEqual(['/'])
  })

  test('it stays where it is without, as the policy of the page wants it', async ({ browser }) => {
    await using elsewhere = await startOtherSite('<h1>Elsewhere</h1>')
    const page = await signInOnTheWay(browser, elsewhere.url, {}, /Content Security Policy/)
    expect(new URL(page.url()).pathname).toBe('/auth/login')
    expect(elsewhere.visits).toEqual([])
  })
})

/** An application with a first page, and one that leads elsewhere. Returns where it is. */
async function startApi(plugin: Partial<OstiaryOptions>, elsewhere = '/'): Promise<string> {
  const routes = (app: FastifyInstance) => {
    app.get('/', anyone(), async ({ user }, reply) => reply.type('text/html').send(`Hello ${user.name}`))
    app.get('/on', anyone(), async (_request, reply) => reply.redirect(elsewhere, 303))
  }
  const { app } = await openApplication({ plugin, routes, fastify: { forceCloseConnections: true } })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

/** Signs in on the way to a page that leads elsewhere. Waits for what the browser says, if anything is to be expected. */
async function signInOnTheWay(
  browser: Browser,
  elsewhere: string,
  plugin: Partial<OstiaryOptions>,
  says?: RegExp,
): Promise<Page> {
  const api = await startApi(plugin, elsewhere)
  const page = await openPage(browser, `${api}/auth/login?next=/on`)
  const said = says && page.waitForEvent('console', (message) => says.test(message.text()))
  await fillIn(page, 'viewer', passwordOf('viewer'))
  await said
  return page
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB' })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(url)
  return page
}

const signIn = (page: Page, api: string, password = passwordOf('viewer')) =>
  call(page, `${api}/auth/login`, { username: 'viewer', password })

/** What a script of the page gets for a request with cookies: a POST if there is something to send. */
function call(page: Page, url: string, payload?: object): Promise<unknown> {
  return page.evaluate(
    async ([address, body]) => {
      const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: body ?? '' }
      try {
        const answer = await fetch(address ?? '', { credentials: 'include', ...(body === null ? {} : post) })
        return { status: answer.status, body: await answer.json() }
      } catch (error) {
        return String(error)
      }
    },
    [url, payload === undefined ? null : JSON.stringify(payload)] as const,
  )
}

function originOf(url: string): string {
  return new URL(url).origin
}
