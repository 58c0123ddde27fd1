import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { setCookies } from '../application/serve-auth.ts'
import { passwordOf } from '../application/test-auth.ts'
import { rawRequest } from './raw-request.ts'

const BAD_REQUEST = '{"type":"about:blank","title":"Bad Request","status":400}'
const RIGHT = { username: 'admin', password: passwordOf('admin') }
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

let application: Application
let hashes = 0
beforeAll(async () => {
  application = await openApplication({}, afterAll)
})
beforeEach(() => {
  hashes = application.hashes()
})

const login = (payload: string, type: string | undefined, headers: Record<string, string> = {}) =>
  application.request({
    method: 'POST',
    url: '/auth/login',
    payload,
    headers: type === undefined ? headers : { 'content-type': type, ...headers },
  })

const VALUES = [
  'null',
  'true',
  'false',
  '0',
  '1',
  '1e999',
  '[]',
  '["admin"]',
  '[["admin"]]',
  '{}',
  '{"$ne":null}',
  '{"length":5}',
]

describe('JSON that is no login form gets one and the same 400, and costs no hash', () => {
  const bodies = [
    ...VALUES,
    '""',
    '"username=admin"',
    `[${JSON.stringify(RIGHT)}]`,
    JSON.stringify({ username: 'admin' }),
    JSON.stringify({ password: 'x' }),
    JSON.stringify({ Username: 'admin', Password: 'x' }),
    ...VALUES.map((value) => `{"username":${value},"password":"x"}`),
    ...VALUES.map((value) => `{"username":"admin","password":${value}}`),
    ...VALUES.map((value) => `{"username":"admin","password":"x","tenant":${value}}`),
    ...VALUES.filter((value) => value !== 'true' && value !== 'false').map(
      (value) => `{"username":"admin","password":"x","persistent":${value}}`,
    ),
    ...['__proto__', 'constructor', 'prototype', '\\u005f_proto__'].flatMap((name) => [
      `{"username":"admin","password":"x","${name}":"y"}`,
      `{"username":"admin","password":"x","${name}":{"isSuperuser":true}}`,
      `{"${name}":{"username":"admin","password":"${passwordOf('admin')}"}}`,
    ]),
    `{"username":"nobody","username":"admin","password":"${passwordOf('admin')}"}`,
    `{"username":"admin","username":"admin","password":"${passwordOf('admin')}"}`,
    `{"username":"admin","\\u0075sername":"admin","password":"${passwordOf('admin')}"}`,
    `{"username":"admin","password":"x","password":"${passwordOf('admin')}"}`,
    `{"username":"admin","password":"${passwordOf('admin')}","next":"/a","next":"/b"}`,
    `{"username":"admin","password":"${passwordOf('admin')}","persistent":false,"persistent":true}`,
    '',
    ' ',
    '{',
    '{"username":"admin","password":"x"',
    '{"username":"admin","password":"x"}}',
    "{'username':'admin','password':'x'}",
    '{"username":"admin","password":"x",}',
    '\uFEFF{"username":"admin","password":"x"}',
    'username=admin&password=x',
    '\0',
    '[[[[[[[[[[',
    '['.repeat(10_000),
    `{"username":"admin","password":"x","more":"${'x'.repeat(20_000)}"}`,
  ]
  test.each(bodies.map((body) => [body.length > 80 ? `${body.slice(0, 60)}… (${body.length})` : body, body]))(
    '%s',
    async (_name, body) => {
      const answer = await login(body, JSON_TYPE)
      expect([answer.statusCode, answer.body]).toEqual([400, BAD_REQUEST])
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/)
      expect(setCookies(answer)).toEqual([])
      expect(application.hashes()).toBe(hashes)
    },
  )
})

describe('a form that is none gets one and the same page with 400, and costs no hash', () => {
  const bodies = [
    '',
    '&',
    '=',
    'username=admin',
    'password=x',
    'username=admin&username=admin&password=x',
    'username=admin&password=x&password=y',
    'username=admin&password=x&next=/a&next=/b',
    'username=admin&%75sername=viewer&password=x',
    'username[]=admin&password[]=x',
    'username[a]=admin&password=x',
    'user.name=admin&password=x',
    'username=admin&password=x&__proto__=y',
    'username=admin&password=x&constructor=y',
    'username=admin&password=x&__proto__[isSuperuser]=true&prototype=1',
    Array.from({ length: 60 }, (_, index) => `f${index}=x`)
      .concat('username=admin', 'password=x')
      .join('&'),
    `username=admin&password=x&more=${'x'.repeat(20_000)}`,
    JSON.stringify(RIGHT),
  ]
  test.each(bodies.map((body) => [body.slice(0, 60), body]))('%s', async (_name, body) => {
    const answer = await login(body, FORM_TYPE)
    const empty = await login('', FORM_TYPE)
    expect(answer.statusCode).toBe(400)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.body).toBe(empty.body)
    expect(answer.body).toContain('The form did not arrive complete.')
    expect(setCookies(answer)).toEqual([])
    expect(application.hashes()).toBe(hashes)
  })
})

describe('a body of another kind is no login form, though it read like one', () => {
  test.each([
    undefined,
    '',
    'text/plain',
    'text/html',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/octet-stream',
    'application/jsonx',
    'nonsense',
    'application/json-patch+json',
    'text/plain; application/json',
  ])('%s', async (type) => {
    for (const body of [JSON.stringify(RIGHT), new URLSearchParams(RIGHT).toString(), ''])
      for (const accept of ['application/json', 'text/html']) {
        const answer = await login(body, type, { accept })
        expect(answer.statusCode).toBe(400)
        if (accept === 'application/json') expect(answer.body).toBe(BAD_REQUEST)
        expect(setCookies(answer)).toEqual([])
      }
    expect(application.hashes()).toBe(hashes)
  })
})

test('the answer is of the kind that was asked for, whatever the kind of the question', async () => {
  expect((await login('{}', JSON_TYPE, { accept: 'text/html' })).body).toContain('<form')
  expect((await login('', FORM_TYPE, { accept: 'application/json' })).body).toBe(BAD_REQUEST)
})

test('parsers and hooks of the application have no say in what a login form is', async () => {
  const own = await openApplication({
    before: (app) => {
      app.addContentTypeParser('*', { parseAs: 'string' }, async () => ({ ...RIGHT }))
      app.removeContentTypeParser('application/json')
      app.addContentTypeParser('application/json', { parseAs: 'string' }, async () => ({ ...RIGHT }))
    },
  })
  for (const type of ['text/plain', JSON_TYPE]) {
    const answer = await own.request({
      method: 'POST',
      url: '/auth/login',
      payload: '{}',
      headers: { 'content-type': type },
    })
    expect(answer.statusCode).toBe(400)
  }
})

describe('over a socket', () => {
  beforeAll(async () => {
    await application.app.listen({ port: 0, host: '127.0.0.1' })
  })

  test.each([
    [
      'in pieces, and too large',
      { headers: ['Transfer-Encoding: chunked'], chunks: `5000\r\n${'x'.repeat(0x5000)}\r\n0\r\n\r\n` },
    ],
    ['announced as larger than memory', { headers: ['Content-Length: 99999999999'] }],
    ['compressed', { headers: ['Content-Encoding: gzip'], body: gzipSync(JSON.stringify(RIGHT)).toString('latin1') }],
  ])('a body that comes %s is refused', async (_name, { headers, ...rest }) => {
    const request = {
      method: 'POST',
      target: '/auth/login',
      headers: ['Content-Type: application/json', ...headers],
      ...rest,
    }
    const { status, text } = await rawRequest(application.app, request)
    expect(status).toBe(400)
    expect(text).toContain(BAD_REQUEST)
    expect(text).not.toMatch(/set-cookie/i)
  })
})

describe('a login form signs in', () => {
  const encoded = new URLSearchParams(RIGHT).toString()
  test.each([
    [JSON_TYPE, JSON.stringify(RIGHT)],
    ['application/json; charset=utf-8', JSON.stringify(RIGHT)],
    ['Application/JSON', JSON.stringify(RIGHT)],
    [JSON_TYPE, JSON.stringify({ ...RIGHT, tenant: 'north', persistent: true, next: '/x' })],
    [JSON_TYPE, `\n{"password":"${RIGHT.password}", "username":"\\u0061dmin"}\t`],
    [FORM_TYPE, encoded],
    [`${FORM_TYPE}; charset=UTF-8`, encoded],
    ['Application/X-WWW-Form-Urlencoded', `${encoded}&persistent=on&next=%2Fx`],
  ])('%s: %s', async (type, body) => {
    const answer = await login(body, type, { accept: 'application/json' })
    expect(answer.statusCode).toBe(200)
    const user = { name: 'admin', description: '', roles: ['Administrator'], isAnonymous: false, properties: {} }
    expect(answer.json()).toEqual({ user })
    expect(setCookies(answer)).toHaveLength(1)
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('a browser goes to next, or home when next leads elsewhere', async () => {
    const location = async (next: string) =>
      (await login(`${encoded}&${new URLSearchParams({ next })}`, FORM_TYPE)).headers.location
    expect(await location('/a?b=c#d')).toBe('/a?b=c#d')
    for (const next of [
      '//e',
      '/\\e',
      '/\t/e',
      'https://e',
      'javascript:alert(1)',
      '/x\r\nset-cookie: a=b',
      '/.//e',
      '',
    ])
      expect(await location(next), next).toBe('/')
  })

  test('JSON never redirects, whatever next says', async () => {
    const answer = await login(JSON.stringify({ ...RIGHT, next: '/x' }), JSON_TYPE)
    expect([answer.statusCode, answer.headers.location]).toEqual([200, undefined])
  })
})

test('the login page carries next along only when it leads somewhere on this site', async () => {
  const page = async (next: string) => (await application.request(`/auth/login?${new URLSearchParams({ next })}`)).body
  expect(await page('/a?b="><script>')).toContain('name="next" value="/a?b=%22%3E%3Cscript%3E"')
  for (const next of ['//e', 'https://e', '/', '']) expect(await page(next)).not.toContain('name="next"')
  expect((await application.request('/auth/login?next=/a&next=/b')).body).not.toContain('name="next"')
})
