import Fastify from 'fastify'
import { Hono } from 'hono'
import { type AuditEvent, memoryRecords } from 'ostiary'
import { ostiary, protect } from 'ostiary/fastify'
import { getUser, ostiary as honoOstiary, protect as honoProtect } from 'ostiary/hono'
import { type SamlLoginOptions, samlLogin } from 'ostiary/saml'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connectionOf, type NodeInfo, serveFetch } from '../adapters/serve-fetch.ts'
import { ADMIN, testAuth, VIEW, VIEWER } from '../application/test-auth.ts'
import { type SmallBrowser, smallBrowser } from '../oidc/small-browser.ts'
import {
  assertionOf,
  ISSUER,
  partsFor,
  type ResponseParts,
  requestIn,
  responseWith,
  rightResponse,
  type SigningKey,
  sign,
  signingKey,
} from './identity-provider.ts'

let provider: SigningKey
let stranger: SigningKey
beforeAll(() => {
  provider = signingKey()
  stranger = signingKey()
})

async function openSaml(framework: 'fastify' | 'hono' = 'fastify', options: Partial<SamlLoginOptions> = {}) {
  const events: AuditEvent[] = []
  let ahead = 0
  const clock = () => Date.now() + ahead
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const saml = samlLogin({
    name: 'uni',
    idpIssuer: ISSUER,
    entryPoint: 'https://idp.example.org/sso',
    idpCert: provider.certificate,
    origin,
    roles: { staff: VIEWER, admins: ADMIN },
    ...options,
  })
  const auth = testAuth({
    extensions: [saml],
    records: memoryRecords({ clock }),
    clock,
    audit: { record: (event) => void events.push(event) },
  })
  onTestFinished(() => auth.close())
  if (framework === 'fastify') {
    const app = Fastify()
    await app.register(ostiary, { auth })
    app.get('/view', protect({ permission: VIEW }), ({ user }) => `${user.id} ${[...user.roleNames]}`)
    app.get('/recent', protect({ authenticatedWithin: '10m' }), () => 'recent')
    app.get('/strong', protect({ authenticatedWith: 'second-factor' }), () => 'strong')
    onTestFinished(() => app.close())
    await app.listen({ port, host: '127.0.0.1' })
  } else {
    const app = new Hono<{ Bindings: NodeInfo }>()
    const doorkeeper = honoOstiary(app, { auth, connection: (c) => connectionOf(c.req.raw, c.env as NodeInfo, false) })
    app.get('/view', honoProtect({ permission: VIEW }), (c) => c.text(`${getUser(c).id} ${[...getUser(c).roleNames]}`))
    await doorkeeper.ready()
    onTestFinished((await serveFetch((request, info) => app.fetch(request, info), port)).close)
  }

  const begin = async (browser: SmallBrowser = smallBrowser(), query = '?next=/view') => {
    const { url } = await browser.visit(`${origin}/auth/saml/uni/login${query}`, { goOn: () => false })
    const request = requestIn(url)
    return { browser, ...request, parts: partsFor(origin, request.id) }
  }
  /** Sends a response as the page of the identity provider makes the browser do. */
  const post = (browser: SmallBrowser, xml: string, relayState: string) =>
    browser.visit(`${origin}/auth/saml/uni/acs`, {
      form: { SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: relayState },
      headers: { origin: 'https://idp.example.org', 'sec-fetch-site': 'cross-site' },
    })
  const view = async (browser: SmallBrowser) => (await browser.visit(`${origin}/view`)).html
  return { advance: (ms: number) => (ahead += ms), begin, events, origin, post, view }
}

async function freePort(): Promise<number> {
  const probe = Fastify()
  await probe.listen({ port: 0, host: '127.0.0.1' })
  const { port } = probe.server.address() as { port: number }
  await probe.close()
  return port
}

describe.each(['fastify', 'hono'] as const)('signing in by SAML, with %s', (framework) => {
  test('starts a session of the provider’s user, with the roles of the groups, and leads back', async () => {
    const { begin, origin, post, view } = await openSaml(framework)
    const { browser, parts, relayState, xml } = await begin()
    expect(xml).toContain(
      `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${origin}/auth/saml/uni/metadata`,
    )
    const at = await post(browser, rightResponse({ ...parts, groups: ['staff', 'constructor'] }, provider), relayState)
    expect(at.url.href).toBe(`${origin}/view`)
    expect(await view(browser)).toBe('uni:alice-1 Viewer')
  })
})

test('the metadata name the address for responses, and the login page has the link', async () => {
  const { origin } = await openSaml()
  const { headers, html } = await smallBrowser().visit(`${origin}/auth/saml/uni/metadata`)
  expect(headers.get('content-type')).toContain('application/samlmetadata+xml')
  expect(html).toContain(`Location="${origin}/auth/saml/uni/acs"`)
  expect(html).toContain('WantAssertionsSigned="true"')
  expect((await smallBrowser().visit(`${origin}/auth/login`)).html).toContain('href="/auth/saml/uni/login"')
})

test('the cookie of a request comes back from another site, and only over HTTPS', async () => {
  const { origin } = await openSaml()
  const answer = await fetch(`${origin}/auth/saml/uni/login`, { redirect: 'manual' })
  expect(answer.headers.getSetCookie().join()).toMatch(/-saml=.*SameSite=None; Secure/)
})

const outdated = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const FORGED: readonly [string, (parts: ResponseParts) => string][] = [
  ['signed by a stranger', (parts) => rightResponse(parts, stranger)],
  ['without any signature', (parts) => responseWith(parts, assertionOf(parts))],
  ['whose assertion alone is signed', (parts) => responseWith(parts, sign(assertionOf(parts), 'Assertion', provider))],
  ['whose assertion is unsigned', (parts) => sign(responseWith(parts, assertionOf(parts)), 'Response', provider)],
  ['changed after it was signed', (parts) => rightResponse(parts, provider).replaceAll('alice-1', 'root')],
  [
    'with a second assertion in front of the signed one',
    (parts) => {
      const signed = sign(assertionOf(parts), 'Assertion', provider)
      return responseWith(parts, assertionOf({ ...parts, nameId: 'root' }) + signed)
    },
  ],
  [
    'with a second assertion behind the signed one',
    (parts) => {
      const signed = sign(assertionOf(parts), 'Assertion', provider)
      return responseWith(parts, signed + assertionOf({ ...parts, nameId: 'root' }))
    },
  ],
  [
    'with the signed assertion wrapped in extensions of a forged one',
    (parts) => {
      const signed = sign(assertionOf(parts), 'Assertion', provider)
      const forged = assertionOf({ ...parts, nameId: 'root' })
      return responseWith(parts, forged.replace('<saml:Subject>', `<saml:Advice>${signed}</saml:Advice><saml:Subject>`))
    },
  ],
  [
    'with the id of the signed assertion on a forged one',
    (parts) => {
      const signed = sign(assertionOf(parts, '_one'), 'Assertion', provider)
      return responseWith(parts, assertionOf({ ...parts, nameId: 'root' }, '_one') + signed)
    },
  ],
  [
    'whose signed whole stands inside of a forged one',
    (parts) => {
      const signed = rightResponse(parts, provider)
      return responseWith(
        parts,
        `<samlp:Extensions>${signed}</samlp:Extensions>${assertionOf({ ...parts, nameId: 'root' })}`,
      )
    },
  ],
  ['of another provider', (parts) => rightResponse({ ...parts, issuer: 'https://evil.example' }, provider)],
  ['for another application', (parts) => rightResponse({ ...parts, audience: 'https://other.example' }, provider)],
  ['to another request', (parts) => rightResponse({ ...parts, inResponseTo: '_other' }, provider)],
  ['to no request', (parts) => rightResponse(parts, provider).replaceAll(/ InResponseTo="[^"]*"/g, '')],
  [
    'from long ago',
    (parts) => rightResponse({ ...parts, notBefore: outdated(60), notOnOrAfter: outdated(30) }, provider),
  ],
  [
    'of tomorrow',
    (parts) => rightResponse({ ...parts, notBefore: outdated(-60), notOnOrAfter: outdated(-90) }, provider),
  ],
  ['that says no', (parts) => sign(responseWith(parts, '', 'AuthnFailed'), 'Response', provider)],
  ['about nobody', (parts) => rightResponse({ ...parts, nameId: '' }, provider)],
  ['about an endless name', (parts) => rightResponse({ ...parts, nameId: 'x'.repeat(300) }, provider)],
  ['with a document type', (parts) => `<!DOCTYPE x [<!ENTITY a "b">]>${rightResponse(parts, provider)}`],
  [
    'with a comment in the name, which some parsers cut off there',
    (parts) => rightResponse(parts, provider).replace('alice-1', 'alice-1<!-- -->.evil'),
  ],
  ['that is none', () => 'nonsense'],
  ['that is empty', () => ''],
]

test.each(FORGED)('a response %s lets nobody in', async (_, forge) => {
  const { begin, events, post, view } = await openSaml()
  const { browser, parts, relayState } = await begin()
  const at = await post(browser, forge(parts), relayState)
  expect([400, 401]).toContain(at.status)
  expect(at.html).toContain('The sign-in did not succeed there.')
  expect(await view(browser)).not.toContain('uni:')
  expect(events.map(({ type }) => type)).not.toContain('login.succeeded')
})

describe('a right response', () => {
  test('counts once', async () => {
    const { begin, events, post } = await openSaml()
    const { browser, parts, relayState } = await begin()
    const xml = rightResponse(parts, provider)
    await post(browser, xml, relayState)
    expect((await post(browser, xml, relayState)).status).toBe(400)
    const again = await begin(browser)
    expect((await post(browser, xml, again.relayState)).status).toBe(401)
    expect(events.filter(({ type }) => type === 'login.succeeded')).toHaveLength(1)
  })

  test('counts in the browser that asked alone, and for ten minutes', async () => {
    const { advance, begin, post, view } = await openSaml()
    const { browser, parts, relayState } = await begin()
    const attacker = smallBrowser()
    expect((await post(attacker, rightResponse(parts, provider), relayState)).status).toBe(400)
    const own = await begin(attacker)
    expect((await post(attacker, rightResponse(parts, provider), own.relayState)).status).toBe(401)
    await post(browser, rightResponse(parts, provider), relayState)
    expect(await view(browser)).toBe('uni:alice-1 Viewer')
    const late = await begin(browser)
    advance(10 * 60_000)
    expect((await post(browser, rightResponse(late.parts, provider), late.relayState)).status).toBe(400)
  })

  test('never leads elsewhere', async () => {
    const { begin, origin, post } = await openSaml()
    const { browser, parts, relayState } = await begin(undefined, '?next=https%3A%2F%2Fevil.example')
    expect((await post(browser, rightResponse(parts, provider), relayState)).url.origin).toBe(origin)
  })

  test('counts from when the provider asked, and as a second factor only where configured', async () => {
    const context = 'https://refeds.org/profile/mfa'
    const { begin, origin, post } = await openSaml('fastify', { secondFactor: [context] })
    const { browser, parts, relayState } = await begin()
    await post(browser, rightResponse({ ...parts, authnInstant: outdated(30) }, provider), relayState)
    expect((await browser.visit(`${origin}/recent`)).html).not.toBe('recent')
    expect((await browser.visit(`${origin}/strong`)).html).not.toBe('strong')
    const again = await begin(browser)
    await post(browser, rightResponse({ ...again.parts, authnContext: context }, provider), again.relayState)
    expect((await browser.visit(`${origin}/recent`)).html).toBe('recent')
    expect((await browser.visit(`${origin}/strong`)).html).toBe('strong')
  })
})
