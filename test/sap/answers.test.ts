import type { RequestListener } from 'node:http'
import { LoginAttempt, type Outcome } from 'ostiary'
import { describe, expect, test } from 'vitest'
import { expectOutage, PAGE, PASSWORD, signIn } from './ask-stub.ts'
import { credentialsOf, send, sendJson } from './stub-server.ts'

test('what SAP needs to know is sent: client and language in the header and in the query, and no cookie ever', async () => {
  const { stub, source } = await signIn(
    (_, response) => {
      response.setHeader('set-cookie', ['sap-usercontext=sap-client=100', 'SAP_SESSIONID_ABC_100=secret; secure'])
      sendJson(response, { login: 'CLARA' })
    },
    { client: '100', language: 'de', userPath: '/me?$format=json' },
  )
  await source.authenticate(new LoginAttempt({ username: 'CLARA', password: 'other' }), new AbortController().signal)
  expect(stub.requests.map(({ url }) => url)).toEqual(Array(7).fill('/me?$format=json&sap-client=100&sap-language=DE'))
  for (const { headers, method } of stub.requests) {
    expect(method).toBe('GET')
    expect(headers).toMatchObject({
      accept: 'application/json',
      'sap-client': '100',
      'sap-language': 'DE',
      'x-requested-with': 'XMLHttpRequest',
      connection: 'close',
    })
    expect(headers.cookie).toBeUndefined()
  }
  const asked = stub.requests.map((request) =>
    credentialsOf(request)
      .join(':')
      .replace(/^NOBODY.*/, 'stranger'),
  )
  // Two requests before each acceptance make sure that the service refuses who has no right password. The answer spells
  // the name in capitals, so the password is tried under that spelling too.
  const probes = ['', 'stranger']
  expect(asked).toEqual([`clara:${PASSWORD}`, `CLARA:${PASSWORD}`, ...probes, 'CLARA:other', ...probes])
})

test('a system that needs its client refuses whoever does not name it', async () => {
  const needsClient: RequestListener = ({ headers }, response) =>
    headers['sap-client'] === '200' ? sendJson(response, { login: 'CLARA' }) : send(response, 401, 'text/html', PAGE)
  expect((await signIn(needsClient)).outcome).toMatchObject({ outcome: 'rejected' })
  expect((await signIn(needsClient, { client: '200' })).outcome).toMatchObject({ outcome: 'accepted' })
})

test.each(['locked', 'expired', 'wrong'])(
  'a password that is %s is rejected: SAP answers 401 to all',
  async (reason) => {
    const { outcome } = await signIn((_, response) => {
      response.setHeader('www-authenticate', 'Basic realm="SAP NetWeaver Application Server [ABC/100]"')
      send(response, 401, 'text/html', `<html>${reason}</html>`)
    })
    expect(outcome).toMatchObject({ outcome: 'rejected' })
  },
)

test('403 is a person without authorisation, whatever the page says', async () => {
  const { outcome } = await signIn((_, response) => send(response, 403, 'text/html', PAGE))
  expect(outcome).toMatchObject({ outcome: 'blocked', reason: 'no authorisation for the service' })
})

test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
  const { outcome, stub } = await signIn((_, response) => response.writeHead(status, { location: '/logon' }).end())
  expectOutage(outcome, /a redirect/)
  expect(stub.requests).toHaveLength(1)
})

describe('an answer that is none is an outage:', () => {
  const rows: Record<string, [answer: RequestListener, cause: RegExp]> = {
    'a logon page with 200': [(_, response) => send(response, 200, 'text/html; charset=utf-8', PAGE), /logon page/],
    'a logon page that is called JSON': [(_, response) => send(response, 200, 'application/json', PAGE), /logon page/],
    'plain text': [(_, response) => send(response, 200, 'text/plain', '{"login":"CLARA"}'), /not JSON/],
    XML: [(_, response) => send(response, 200, 'application/atom+xml', '<entry/>'), /not JSON/],
    'nothing at all': [(_, response) => send(response, 200, 'application/json', ''), /cannot be read/],
    'half of JSON': [(_, response) => send(response, 200, 'application/json', '{"login":"CLA'), /cannot be read/],
    'JSON in Latin-1': [
      (_, response) => send(response, 200, 'application/json', Buffer.from('{"login":"JÖRG"}', 'latin1')),
      /cannot be read/,
    ],
    'JSON of another shape': [(_, response) => sendJson(response, { user: 'CLARA' }), /nothing at "login"/],
    'an object in place of the name': [(_, response) => sendJson(response, { login: {} }), /no text at "login"/],
    'a number': [(_, response) => sendJson(response, 7), /nothing at "login"/],
    'several people': [(_, response) => sendJson(response, { value: [{}, {}] }), /2 users/],
    'an error of OData with 400': [(_, response) => sendJson(response, { error: { code: '400' } }, 400), /status 400/],
    'no such service': [(_, response) => sendJson(response, { error: { code: '404' } }, 404), /status 404/],
    'no content': [(_, response) => response.writeHead(204).end(), /status 204/],
    'a broken server': [(_, response) => send(response, 500, 'text/html', PAGE), /status 500/],
    'a server in maintenance': [(_, response) => send(response, 503, 'text/html', PAGE), /status 503/],
    'a reset': [(request) => request.socket.resetAndDestroy(), /ECONNRESET|socket hang up/],
    'a reset in the middle': [
      (request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
        response.write('{"login":"CLARA"}', () => request.socket.resetAndDestroy())
      },
      /aborted|ECONNRESET/,
    ],
    'no HTTP': [(request) => request.socket.end('SSH-2.0-OpenSSH\r\n\r\n'), /Parse Error/],
    'more headers than fit': [
      (_, response) => response.writeHead(200, { 'x-a': 'a'.repeat(40_000) }).end(),
      /Parse Error/,
    ],
  }
  test.each(Object.entries(rows))('%s', async (_, [answer, cause]) => {
    expectOutage((await signIn(answer)).outcome, cause)
  })
})

describe('a 404 is about the person only when OData says so:', () => {
  test.each<[string, RequestListener, Outcome['outcome']]>([
    [
      'of OData V4',
      (_, response) => sendJson(response, { error: { code: '404', message: 'Not Found' } }, 404),
      'unknown',
    ],
    [
      'of OData V2',
      (_, response) => sendJson(response, { error: { code: '/IWBEP/CM_MGW_RT/020', message: { value: '' } } }, 404),
      'unknown',
    ],
    [
      'of a service that is not activated',
      (_, response) => sendJson(response, { error: { code: '/IWFND/MED/170', message: { value: '' } } }, 404),
      'unavailable',
    ],
    ['of a proxy', (_, response) => send(response, 404, 'text/html', PAGE), 'unavailable'],
    ['in JSON of somebody else', (_, response) => sendJson(response, { message: 'no route' }, 404), 'unavailable'],
  ])('%s', async (_, answer, outcome) => {
    const serviceAccount = { username: 'svc', password: 'word' }
    const signedIn = await signIn(answer, { userPath: "/U('{user}')", serviceAccount })
    expect(signedIn.outcome).toMatchObject({ outcome })
    const found = await signedIn.source.lookup?.('clara', new AbortController().signal)
    expect(found).toMatchObject({ outcome })
  })
})
