import type { RequestListener } from 'node:http'
import { type SapSourceOptions, sapRfcSource, sapSource } from 'ostiary/sap'
import { beforeAll, describe, expect, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { PAGE } from './ask-stub.ts'
import { type Certificate, makeCertificate } from './certificates.ts'
import { rfcSystem } from './rfc-system.ts'
import { type StubOptions, send, sendJson, startStub } from './stub-server.ts'

let good: Certificate
beforeAll(() => {
  good = makeCertificate()
})

const HOUR = 3_600_000
const TWO_DAYS = 48 * HOUR
const SERVICE = { username: 'OSTIARY', password: 'grey-service-corridor' }
const noUser: RequestListener = (_, response) => sendJson(response, { error: { code: '404', message: 'none' } }, 404)
const UNSEEN = 'ok: whether SAP has roles of these names cannot be checked without a user who has them'
const CERTIFICATE = 'the certificate of CN=Test server, issued by CN=Test authority,'

interface Answers extends StubOptions {
  readonly answer?: RequestListener
  readonly warnBeforeMs?: number
}

async function check(
  options: Partial<SapSourceOptions> = {},
  { answer = noUser, warnBeforeMs = HOUR, ...stub }: Answers = {},
) {
  const { url, requests } = await startStub(answer, stub)
  const mapping = { name: 'login', roles: 'roles', roleMap: { Z_READ: 'Reader', Z_EDIT: 'Editor' } }
  const source = sapSource({ url, userPath: "/Users('{USER}')", mapping, serviceAccount: SERVICE, ...options })
  const findings = await findingsOf(source, { roleNames: ['Reader'], warnBeforeMs })
  expect(findings.join()).not.toMatch(/corridor/)
  return { findings, requests, url }
}

test('a service that asks for passwords, and tells about users, is in order; roles of the map are those of the code', async () => {
  const { findings, url } = await check({ ca: good.ca }, { certificate: good })
  expect(findings).toEqual([
    expect.stringMatching(RegExp(`^ok: ${url}: ${CERTIFICATE} is valid until \\d{4}-`)),
    `ok: ${url} asks for a password`,
    'ok: users can be read',
    'warning: the roleMap brings roles that the code does not declare: "Editor"',
    UNSEEN,
  ])
})

describe('the certificate', () => {
  test('is worth a warning when it expires soon', async () => {
    const { findings } = await check({ ca: good.ca }, { certificate: good, warnBeforeMs: TWO_DAYS })
    expect(findings[0]).toMatch(RegExp(`^warning: https://localhost:\\d+: ${CERTIFICATE} expires on \\d{4}-`))
    expect(findings[1]).toMatch(/asks for a password$/)
  })

  test.each<[string, () => Certificate, RegExp]>([
    ['has expired', () => makeCertificate({ days: -1 }), /CN=Test server, .* has expired on \d{4}-/],
    ['is of another authority', () => ({ ...makeCertificate(), ca: good.ca }), /is not trusted: UNABLE_TO_VERIFY/],
    ['is for another host', () => makeCertificate({ names: 'DNS:elsewhere.example' }), /other names \(DNS:elsewhere/],
  ])('is an error when it %s, and nothing is sent then', async (_, make, why) => {
    const certificate = make()
    const { findings, requests } = await check({ ca: certificate.ca }, { certificate })
    expect(findings[0]).toMatch(/^error: /)
    expect(findings[0]).toMatch(why)
    expect(requests).toEqual([])
  })
})

describe('what keeps people out, or lets everybody in, is told:', () => {
  test.each<[string, RequestListener, RegExp]>([
    ['answers whoever asks', (_, response) => sendJson(response, { login: 'X' }), /^error: .*proves nobody/],
    ['is down', (_, response) => send(response, 503, 'text/plain', ''), /^error: .* the status 503$/],
    ['shows a logon page', (_, response) => send(response, 200, 'text/html', PAGE), /^warning: .*HTML page.*401/],
    ['is not there', (_, response) => send(response, 404, 'text/plain', ''), /^warning: .*the status 404, where/],
  ])('a service that %s', async (_, anonymously, finding) => {
    expect((await check({}, { anonymously })).findings[0]).toMatch(finding)
  })

  test.each<[string, RequestListener, string]>([
    ['is refused', (_, response) => send(response, 401, 'text/plain', ''), 'error: the service account is refused'],
    [
      'lacks authorisation',
      (_, response) => send(response, 403, 'text/plain', ''),
      'error: the service account has no authorisation for the service',
    ],
    [
      'is told about itself',
      (request, response) => sendJson(response, { login: /'(.*)'/.exec(request.url ?? '')?.[1], roles: [] }),
      "warning: asked about somebody who is not there, SAP describes somebody: is the user's name in the path?",
    ],
  ])('a service account that %s', async (_, answer, finding) => {
    expect((await check({}, { answer })).findings[1]).toBe(finding)
  })

  test('a server that is not there', async () => {
    const { findings } = await check({ url: 'https://127.0.0.1:1' })
    expect(findings).toEqual([expect.stringMatching(/^error: https:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/)])
  })
})

test('without a service account there is less to look at', async () => {
  const source = sapSource({
    url: (await startStub(noUser)).url,
    userPath: '/me',
    mapping: () => null,
  })
  expect(await findingsOf(source)).toEqual([
    expect.stringMatching(/asks for a password$/),
    'ok: there is no serviceAccount: what the service says of users cannot be looked at',
    UNSEEN,
  ])
})

test('by RFC, one function module is called about somebody who is not there, and nobody is signed in', async () => {
  const { client, calls } = rfcSystem({})
  const source = sapRfcSource({ client, roleMap: (role) => role })
  expect(await findingsOf(source)).toEqual([
    'ok: users can be read',
    'ok: SUSR_LOGIN_CHECK_RFC is not called: that takes a login',
    'ok: the roleMap is a function: what it makes of roles is not checked',
    UNSEEN,
  ])
  expect(calls.map(({ functionName }) => functionName)).toEqual(['BAPI_USER_GET_DETAIL'])
})
