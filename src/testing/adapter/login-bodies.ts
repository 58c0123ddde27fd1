import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AdapterUnderTest } from './adapter-under-test.ts'
import { askRaw } from './ask.ts'
import { type Application, openApplication, PROGRAM, passwordOf } from './open-application.ts'

const BAD_REQUEST = '{"type":"about:blank","title":"Bad Request","status":400}'
const RIGHT = { username: 'admin', password: passwordOf('admin') }
const PASSWORD = JSON.stringify(RIGHT.password)
const ENCODED = new URLSearchParams(RIGHT).toString()
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

const JSON_BODIES: readonly (readonly [string, string])[] = [
  ['null', 'null'],
  ['a list', `[${JSON.stringify(RIGHT)}]`],
  ['without a password', '{"username":"admin"}'],
  ['with an object as name', `{"username":{"$ne":null},"password":${PASSWORD}}`],
  ['with a list as password', `{"username":"admin","password":[${PASSWORD}]}`],
  ['with a prototype', `{"username":"admin","password":${PASSWORD},"__proto__":{"isSuperuser":true}}`],
  ['with a constructor', `{"username":"admin","password":${PASSWORD},"constructor":"x"}`],
  ['with two names', `{"username":"nobody","username":"admin","password":${PASSWORD}}`],
  ['with one name in two spellings', `{"username":"admin","\\u0075sername":"admin","password":${PASSWORD}}`],
  ['with next twice', `{"username":"admin","password":${PASSWORD},"next":"/a","next":"/b"}`],
  ['of nothing', ''],
  ['cut off', `{"username":"admin","password":${PASSWORD}`],
  ['with a brace too many', `${JSON.stringify(RIGHT)}}`],
  ['with a byte order mark', `\uFEFF${JSON.stringify(RIGHT)}`],
  ['that is a form', ENCODED],
  ['nested ten thousand deep', '['.repeat(10_000)],
  ['that is too long', JSON.stringify({ ...RIGHT, more: 'x'.repeat(20_000) })],
]

const FORM_BODIES: readonly (readonly [string, string])[] = [
  ['of nothing', ''],
  ['without a password', 'username=admin'],
  ['with two names', `username=nobody&${ENCODED}`],
  ['with one name in two spellings', `${ENCODED}&%75sername=admin`],
  ['with next twice', `${ENCODED}&next=/a&next=/b`],
  ['with brackets', 'username[]=admin&password[]=x'],
  ['with a prototype', `${ENCODED}&__proto__=y`],
  ['of sixty fields', `${Array.from({ length: 60 }, (_, index) => `f${index}=x`).join('&')}&${ENCODED}`],
  ['that is JSON', JSON.stringify(RIGHT)],
  ['that is too long', `${ENCODED}&more=${'x'.repeat(20_000)}`],
]

export function describeLoginBodies(adapter: AdapterUnderTest): void {
  describe('a login body', () => {
    let application: Application
    let asked = 0

    beforeAll(async () => {
      application = await openApplication(adapter, {}, afterAll)
    })
    beforeEach(() => {
      asked = application.people.asked
    })

    const login = (body: string | Uint8Array, type: string | undefined, headers: Record<string, string> = {}) =>
      application.ask({
        method: 'POST',
        path: '/auth/login',
        body,
        headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
      })

    test.for(JSON_BODIES)('in JSON %s gets the one problem with 400, and asks no source', async ([, body]) => {
      const answer = await login(body, JSON_TYPE)
      expect([answer.status, answer.body, answer.cookies]).toEqual([400, BAD_REQUEST, []])
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/)
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(application.people.asked).toBe(asked)
    })

    test.for(FORM_BODIES)('as a form %s gets the one page with 400, and asks no source', async ([, body]) => {
      const answer = await login(body, FORM_TYPE)
      expect([answer.status, answer.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8'])
      expect(answer.body).toBe((await login('', FORM_TYPE)).body)
      expect(answer.body).toContain('The form did not arrive complete.')
      expect(answer.cookies).toEqual([])
      expect(application.people.asked).toBe(asked)
    })

    test.for([
      undefined,
      '',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/jsonx',
      'nonsense',
      'application/json-patch+json',
      'text/plain; application/json',
    ])('of the kind %j is none, though it reads like one', async (type) => {
      for (const body of [JSON.stringify(RIGHT), ENCODED, '']) {
        const answer = await login(body, type, PROGRAM)
        expect([answer.status, answer.body, answer.cookies]).toEqual([400, BAD_REQUEST, []])
      }
      expect(application.people.asked).toBe(asked)
    })

    test.for([
      ['JSON', JSON_TYPE, Buffer.from(JSON.stringify({ ...RIGHT, username: 'adm\xffin' }), 'latin1')],
      ['a form', FORM_TYPE, Buffer.from(ENCODED.replace('admin', 'adm\xffin'), 'latin1')],
    ] as const)('with a name in bytes that are no UTF-8 signs nobody in: %s', async ([, type, body]) => {
      const answer = await login(body, type, PROGRAM)
      expect([400, 401]).toContain(answer.status)
      expect(answer.cookies).toEqual([])
    })

    test.for([
      ['in pieces, and too long', ['Transfer-Encoding: chunked'], `5000\r\n${'x'.repeat(0x5000)}\r\n0\r\n\r\n`],
      ['announced as longer than memory', ['Content-Length: 99999999999'], ''],
      ['compressed', ['Content-Encoding: gzip'], gzipSync(JSON.stringify(RIGHT)).toString('latin1')],
    ] as const)('that comes %s is refused', async ([, headers, body]) => {
      const request = { method: 'POST', target: '/auth/login', headers: ['Content-Type: application/json', ...headers] }
      const { status, text } = await askRaw(application.url, { ...request, body })
      expect(status).toBe(400)
      expect(text).toContain(BAD_REQUEST)
      expect(text).not.toMatch(/set-cookie/i)
    })

    test('that comes in pieces of right length signs in', async () => {
      const text = JSON.stringify(RIGHT)
      const chunks = [text.slice(0, 9), text.slice(9)].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
      const headers = ['Content-Type: application/json', 'Transfer-Encoding: chunked']
      const request = { method: 'POST', target: '/auth/login', headers, body: `${chunks.join('')}0\r\n\r\n` }
      const answer = await askRaw(application.url, request)
      expect(answer.status).toBe(200)
      expect(answer.text).toMatch(/set-cookie: ostiary=/i)
    })

    test.for([
      [JSON_TYPE, JSON.stringify(RIGHT)],
      ['Application/JSON; charset=utf-8', JSON.stringify({ ...RIGHT, tenant: 'north', persistent: true, next: '/x' })],
      [JSON_TYPE, `\n{"password":${PASSWORD}, "username":"\\u0061dmin"}\t`],
      [FORM_TYPE, ENCODED],
      ['Application/X-WWW-Form-Urlencoded; charset=UTF-8', `${ENCODED}&persistent=on&next=%2Fx`],
    ] as const)('of the kind %s signs in: %s', async ([type, body]) => {
      const answer = await login(body, type, PROGRAM)
      expect([answer.status, answer.json().user?.name, answer.cookies.length]).toEqual([200, 'admin', 1])
    })
  })
}
