import { randomUUID } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { describe, expect, test } from 'vitest'
import { type ForgeTools, forgingProvider } from './forging-provider.ts'
import { openOidc } from './open-oidc.ts'
import { smallBrowser } from './small-browser.ts'

async function openForged() {
  const provider = await forgingProvider()
  const opened = await openOidc({ providers: [{ ...provider, tell: async () => {}, stop: async () => {} }] })
  const begin = async (browser = smallBrowser(), query = '') => {
    const { url } = await browser.visit(`${opened.origin}/auth/oidc/uni/login${query}`, { goOn: () => false })
    return { browser, authorization: url }
  }
  return { ...opened, provider, begin }
}

test('a right answer of this provider signs in', async () => {
  const { begin, provider, view } = await openForged()
  const { authorization, browser } = await begin()
  expect(authorization.searchParams.get('code_challenge_method')).toBe('S256')
  expect(authorization.searchParams.get('redirect_uri')).toMatch(/^http:\/\/localhost:\d+\/auth\/oidc\/uni\/callback$/)
  await browser.visit(provider.answer(authorization))
  expect((await view(browser)).status).toBe(200)
})

const hour = 60 * 60
const FORGED: readonly [string, (claims: JWTPayload, tools: ForgeTools) => Promise<string>][] = [
  ['signed by a stranger', (claims, { signElsewhere }) => signElsewhere(claims)],
  [
    'changed after it was signed',
    async (claims, { sign }) => {
      const [header, payload, signature] = (await sign(claims)).split('.') as [string, string, string]
      const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'alice' }
      return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.')
    },
  ],
  [
    'without a signature',
    async (claims) => {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      return `${part({ alg: 'none' })}.${part(claims)}.`
    },
  ],
  ['of another issuer', (claims, { sign }) => sign({ ...claims, iss: 'https://evil.example' })],
  ['for another application', (claims, { sign }) => sign({ ...claims, aud: 'other' })],
  [
    'for several applications, with another one behind it',
    (claims, { sign }) => sign({ ...claims, aud: [String(claims.aud), 'other'], azp: 'other' }),
  ],
  ['with another nonce', (claims, { sign }) => sign({ ...claims, nonce: 'other' })],
  ['without a nonce', ({ nonce: _, ...claims }, { sign }) => sign(claims)],
  [
    'that has expired',
    (claims, { sign }) => sign({ ...claims, iat: Number(claims.iat) - 2 * hour, exp: Number(claims.exp) - hour }),
  ],
  ['without an end', ({ exp: _, ...claims }, { sign }) => sign(claims)],
  ['without a user', ({ sub: _, ...claims }, { sign }) => sign(claims)],
  ['of a user with an empty id', (claims, { sign }) => sign({ ...claims, sub: '' })],
  ['of a user with an endless id', (claims, { sign }) => sign({ ...claims, sub: 'x'.repeat(300) })],
  ['that is none', async () => 'nonsense'],
]

test.each(FORGED)('an ID token %s lets nobody in', async (_, forge) => {
  const { begin, events, provider, view } = await openForged()
  const { authorization, browser } = await begin()
  provider.forge(forge)
  const at = await browser.visit(provider.answer(authorization))
  expect([400, 401, 503]).toContain(at.status)
  expect(at.html).toContain('id="login"')
  expect((await view(browser)).status).toBe(403)
  expect(events.map(({ type }) => type)).not.toContain('login.succeeded')
})

test('begins at most a thousand logins of one address in ten minutes', async () => {
  const { advance, begin, events, origin } = await openForged()
  for (let done = 0; done < 1000; done += 50)
    await Promise.all(Array.from({ length: 50 }, () => fetch(`${origin}/auth/oidc/uni/login`, { redirect: 'manual' })))
  const refused = await fetch(`${origin}/auth/oidc/uni/login`, { redirect: 'manual' })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(events.map(({ type }) => type)).not.toContain('login.succeeded')
  advance(10 * 60_000)
  expect((await begin()).authorization.searchParams.get('state')).toMatch(/^[\w-]{43}$/)
})

describe('an answer', () => {
  test('in another browser than the one that asked lets nobody in, and leaves the request good', async () => {
    const { begin, provider, view } = await openForged()
    const victim = await begin()
    const attacker = smallBrowser()
    const answer = provider.answer(victim.authorization)
    expect((await attacker.visit(answer)).status).toBe(400)
    const other = await begin(attacker)
    expect((await attacker.visit(provider.answer(victim.authorization))).status).toBe(400)
    expect((await view(attacker)).status).toBe(403)
    expect(other.authorization.searchParams.get('state')).not.toBe(victim.authorization.searchParams.get('state'))
    await victim.browser.visit(provider.answer(victim.authorization))
    expect((await view(victim.browser)).status).toBe(200)
  })

  test('is good once, and for ten minutes', async () => {
    const { advance, begin, events, provider } = await openForged()
    const { authorization, browser } = await begin()
    const answer = provider.answer(authorization)
    await browser.visit(answer)
    expect((await browser.visit(answer)).status).toBe(400)
    const late = await begin(browser)
    advance(10 * 60_000)
    expect((await browser.visit(provider.answer(late.authorization))).status).toBe(400)
    expect(events.filter(({ type }) => type === 'login.succeeded')).toHaveLength(1)
  })

  test.each([
    ['without a state', { state: '' }],
    ['with another state', { state: 'x'.repeat(43) }],
    ['of another issuer, as in a mix-up', { iss: 'https://evil.example' }],
    ['without its issuer', { iss: '' }],
    ['without a code', { code: '' }],
    ['that says no', { code: '', error: 'access_denied' }],
  ])('%s lets nobody in', async (_, changes) => {
    const { begin, provider, view } = await openForged()
    const { authorization, browser } = await begin()
    const { html, status } = await browser.visit(provider.answer(authorization, changes))
    expect([400, 401]).toContain(status)
    expect(html).toContain('The sign-in did not succeed there.')
    expect((await view(browser)).status).toBe(403)
  })

  test('to one provider is refused at the address of another', async () => {
    const [one, two] = [await forgingProvider(), await forgingProvider()]
    const asProvider = (provider: typeof one) => ({ ...provider, tell: async () => {}, stop: async () => {} })
    const { origin, view } = await openOidc({ providers: [asProvider(one), asProvider(two)] })
    const browser = smallBrowser()
    const { url } = await browser.visit(`${origin}/auth/oidc/uni/login`, { goOn: () => false })
    const elsewhere = new URL(one.answer(url))
    elsewhere.pathname = '/auth/oidc/other/callback'
    expect((await browser.visit(elsewhere)).status).toBe(400)
    expect((await view(browser)).status).toBe(403)
  })

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to %s',
    async (next) => {
      const { begin, origin, provider } = await openForged()
      const { authorization, browser } = await begin(undefined, `?next=${encodeURIComponent(next)}`)
      const { url } = await browser.visit(provider.answer(authorization), { goOn: () => false })
      expect(url.href).toBe(`${origin}/`)
    },
  )
})

describe('a logout token', () => {
  const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

  async function signedIn() {
    const opened = await openForged()
    const { authorization, browser } = await opened.begin()
    opened.provider.forge((claims, { sign }) => sign({ ...claims, sid: 'session-1' }))
    await browser.visit(opened.provider.answer(authorization))
    const usual = (): JWTPayload => {
      const iat = Math.floor(Date.now() / 1000)
      const aud = authorization.searchParams.get('client_id') ?? ''
      return {
        iss: opened.provider.issuer,
        aud,
        iat,
        exp: iat + 60,
        jti: randomUUID(),
        sid: 'session-1',
        events: { [EVENT]: {} },
      }
    }
    const send = async (token: string) => {
      const body = new URLSearchParams({ logout_token: token })
      return (await fetch(`${opened.origin}/auth/oidc/uni/backchannel-logout`, { method: 'POST', body })).status
    }
    return { ...opened, browser, usual, send }
  }

  test('that is right ends the session, and is heard once', async () => {
    const { browser, provider, send, usual, view } = await signedIn()
    const token = await provider.sign(usual(), { typ: 'logout+jwt' })
    expect(await send(token)).toBe(200)
    expect((await view(browser)).status).toBe(403)
    expect(await send(token)).toBe(400)
  })

  test.each<[string, (claims: JWTPayload) => JWTPayload, Record<string, unknown>?]>([
    ['with a nonce', (claims) => ({ ...claims, nonce: 'x' })],
    ['without its event', (claims) => ({ ...claims, events: {} })],
    ['with an event that is no object', (claims) => ({ ...claims, events: { [EVENT]: 'x' } })],
    ['without events', ({ events: _, ...claims }) => claims],
    ['without an id', ({ jti: _, ...claims }) => claims],
    ['without a time', ({ iat: _, ...claims }) => claims],
    ['from long ago', (claims) => ({ ...claims, iat: Number(claims.iat) - 3600 })],
    ['that has expired', (claims) => ({ ...claims, exp: Number(claims.exp) - 3600 })],
    ['of another issuer', (claims) => ({ ...claims, iss: 'https://evil.example' })],
    ['for another application', (claims) => ({ ...claims, aud: 'other' })],
    ['about nobody', ({ sid: _, ...claims }) => claims],
    ['that is an ID token by its type', (claims) => claims, { typ: 'at+jwt' }],
  ])('%s ends nothing', async (_, change, header = { typ: 'logout+jwt' }) => {
    const { browser, provider, send, usual, view } = await signedIn()
    expect(await send(await provider.sign(change(usual()), header))).toBe(400)
    expect((await view(browser)).status).toBe(200)
  })

  test.each(['', 'nonsense', 'a.b.c', 'x'.repeat(20_000)])('as %j ends nothing', async (token) => {
    const { browser, send, view } = await signedIn()
    expect([400, 413]).toContain(await send(token))
    expect((await view(browser)).status).toBe(200)
  })
})
