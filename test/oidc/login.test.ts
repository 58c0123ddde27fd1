import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openOidc } from './open-oidc.ts'
import { type OpenidProvider, openidProvider } from './openid-provider.ts'
import { smallBrowser } from './small-browser.ts'

let provider: OpenidProvider
const closings: (() => Promise<void>)[] = []

beforeAll(async () => {
  provider = await openidProvider((stop) => void closings.push(stop))
  await provider.tell({ do: 'user', name: 'alice', user: { name: 'Alice', groups: ['staff', 'admins'] } })
  await provider.tell({ do: 'user', name: 'bob', user: { name: 'Bob', groups: ['staff', 'constructor'] } })
}, 60_000)
afterAll(async () => {
  for (const close of closings) await close()
})

describe.each(['fastify', 'hono'] as const)('signing in at a provider, with %s', (framework) => {
  test('starts a session of the provider’s user, with the roles of the groups', async () => {
    const { origin, signIn, view } = await openOidc({ framework, providers: [provider] })
    const { browser, at } = await signIn('alice', undefined, '?next=/view')
    expect(at.url.href).toBe(`${origin}/view`)
    expect(JSON.parse((await view(browser)).html)).toEqual({ id: 'uni:alice', roles: ['Viewer', 'Administrator'] })
    const other = await signIn('bob')
    expect(JSON.parse((await view(other.browser)).html)).toEqual({ id: 'uni:bob', roles: ['Viewer'] })
  })

  test('is offered on the login page, which keeps the way back', async () => {
    const { origin } = await openOidc({ framework, providers: [provider], oidc: { label: { en: 'Uni <account>' } } })
    const { html } = await smallBrowser().visit(`${origin}/auth/login?next=/view`)
    expect(html).toContain('href="/auth/oidc/uni/login?next=%2Fview"')
    expect(html).toContain('Uni &lt;account&gt;')
  })

  test('out again ends the session here and there', async () => {
    const { origin, signIn, view } = await openOidc({ framework, providers: [provider] })
    const { browser } = await signIn('alice')
    const there = await browser.visit(`${origin}/auth/logout`, { form: {} })
    expect(there.status).toBe(200)
    const address = there.headers.get('refresh')?.replace(/^0;url=/, '') ?? ''
    const asked = await browser.visit(address)
    const xsrf = /name="xsrf" value="([^"]+)/.exec(asked.html)?.[1] ?? ''
    const action = /action="([^"]+)/.exec(asked.html)?.[1] ?? ''
    const back = await browser.visit(new URL(action, provider.issuer), { form: { xsrf, logout: 'yes' } })
    expect(back.url.href).toBe(`${origin}/auth/login?signed-out`)
    expect((await view(browser)).status).toBe(403)
    const again = await browser.visit(`${origin}/auth/oidc/uni/login`)
    expect(again.html).toContain('Sign in there')
  })
})

describe('between logins', () => {
  test('a group that is taken away takes its role away at the end of a lease', async () => {
    const { advance, signIn, view } = await openOidc({ providers: [provider] })
    const { browser } = await signIn('alice')
    await provider.tell({ do: 'user', name: 'alice', user: { groups: ['staff'] } })
    advance(61_000)
    expect(JSON.parse((await view(browser)).html)).toMatchObject({ roles: ['Viewer'] })
    await provider.tell({ do: 'user', name: 'alice', user: { groups: ['staff', 'admins'] } })
  })

  test('a grant that the provider has ended ends the session', async () => {
    const own = await openidProvider()
    await own.tell({ do: 'user', name: 'carol', user: { groups: ['staff'] } })
    const { advance, signIn, view } = await openOidc({ providers: [own] })
    const { browser } = await signIn('carol')
    await own.tell({ do: 'end-grants' })
    advance(61_000)
    expect((await view(browser)).status).toBe(403)
  })

  test('a refresh whose answer is lost costs nobody the session', async () => {
    const own = await openidProvider()
    await own.tell({ do: 'user', name: 'carol', user: { groups: ['staff'] } })
    const { advance, signIn, view } = await openOidc({ providers: [own] })
    const { browser } = await signIn('carol')
    await own.tell({ do: 'misbehave', how: { path: '/token', lost: true } })
    advance(61_000)
    expect((await view(browser)).status).toBe(200)
    await own.tell({ do: 'misbehave', how: { path: '' } })
    for (let lease = 0; lease < 3; lease += 1) {
      advance(61_000)
      expect((await view(browser)).status).toBe(200)
    }
  })

  test('a provider that is down leaves sessions and other sources alone, and is asked again afterwards', async () => {
    const own = await openidProvider()
    await own.tell({ do: 'user', name: 'carol', user: { groups: ['staff'] } })
    const { advance, origin, signIn, view } = await openOidc({ providers: [own] })
    const { browser } = await signIn('carol')
    await own.tell({ do: 'misbehave', how: { path: '/', fail: 500 } })
    advance(61_000)
    expect((await view(browser)).status).toBe(200)
    await own.tell({ do: 'misbehave', how: { path: '/token', fail: 500 } })
    const failed = await signIn('carol')
    expect(failed.at).toMatchObject({ status: 503, html: expect.stringContaining('nothing to do with your password') })
    await own.tell({ do: 'misbehave', how: { path: '' } })
    expect((await view((await signIn('carol')).browser)).status).toBe(200)
    expect((await smallBrowser().visit(`${origin}/auth/login`)).status).toBe(200)
  })

  test('a provider that was down at the start is found as soon as it answers', async () => {
    const own = await openidProvider()
    await own.tell({ do: 'user', name: 'carol', user: { groups: ['staff'] } })
    await own.tell({ do: 'misbehave', how: { path: '/.well-known', fail: 503 } })
    const { advance, signIn, view } = await openOidc({ providers: [own] })
    expect((await signIn('carol')).at.status).toBe(503)
    const asked = ((await own.tell({ do: 'requests' })) as string[]).length
    expect((await signIn('carol')).at.status).toBe(503)
    expect([asked, await own.tell({ do: 'requests' })]).toEqual([1, []])
    await own.tell({ do: 'misbehave', how: { path: '' } })
    advance(6000)
    expect((await view((await signIn('carol')).browser)).status).toBe(200)
  })

  test('keys that rotate are fetched again at once', async () => {
    const own = await openidProvider()
    await own.tell({ do: 'user', name: 'carol', user: { groups: ['staff'] } })
    const { advance, signIn, view } = await openOidc({ providers: [own] })
    await signIn('carol')
    await own.tell({ do: 'rotate', drop: true })
    advance(5000)
    expect((await view((await signIn('carol')).browser)).status).toBe(200)
  })
})

describe('the provider’s own logout', () => {
  test('ends the sessions here within a second', async () => {
    const { signIn, view } = await openOidc({ providers: [provider] })
    const one = await signIn('alice')
    const bob = await signIn('bob')
    await provider.tell({ do: 'log-out', user: 'alice' })
    await vi.waitFor(async () => expect((await view(one.browser)).status).toBe(403), { timeout: 1000 })
    expect((await view(bob.browser)).status).toBe(200)
  })
})

describe('how somebody has signed in there', () => {
  test('counts from when the provider asked, and is asked again where that is too long ago', async () => {
    const { advance, origin, signIn } = await openOidc({ providers: [provider] })
    const { browser } = await signIn('alice')
    expect((await browser.visit(`${origin}/recent`)).html).toBe('recent')
    advance(11 * 60_000)
    const led = await browser.visit(`${origin}/recent`)
    expect(led.url.href).toContain('/auth/login?next=%2Frecent&again')
    expect(led.html).toContain('/auth/oidc/uni/login?next=%2Frecent&amp;again=')
  })

  test('is a second factor only where the configuration says so', async () => {
    await provider.tell({ do: 'user', name: 'dora', user: { groups: ['staff'], amr: ['otp'] } })
    const without = await openOidc({ providers: [provider] })
    const first = await without.signIn('dora')
    expect((await first.browser.visit(`${without.origin}/strong`)).html).not.toBe('strong')
    const { origin, signIn } = await openOidc({ providers: [provider], oidc: { secondFactor: { amr: ['otp'] } } })
    const { browser } = await signIn('dora')
    expect((await browser.visit(`${origin}/strong`)).html).toBe('strong')
    const alice = await signIn('alice')
    expect((await alice.browser.visit(`${origin}/strong`)).html).not.toBe('strong')
  })
})
