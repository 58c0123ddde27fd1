import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import { basicAuthorization, isSendablePassword, readUsername } from './basic-credentials.ts'
import type { SapSourceOptions } from './sap-options.ts'
import { sapSource } from './sap-source.ts'

// Nobody listens there: what is answered without an outage was never sent.
const OPTIONS: SapSourceOptions = { url: 'https://127.0.0.1:1', userPath: "/U('{user}')", mapping: { name: 'name' } }
const SERVICE = { username: 'svc', password: 'word' }

describe('what cannot be right stops the start:', () => {
  test.each<[string, Partial<SapSourceOptions>]>([
    ['no URL', { url: 'sap.example.org' }],
    ['another protocol', { url: 'ftp://sap.example.org' }],
    ['passwords in the clear', { url: 'http://sap.example.org' }],
    ['passwords in the clear to what looks like this machine', { url: 'http://127.0.0.1.example.org' }],
    ['a path in the URL', { url: 'https://sap.example.org/sap' }],
    ['a query in the URL', { url: 'https://sap.example.org?sap-client=100' }],
    ['a path without its slash', { userPath: 'me' }],
    ['a path that is another host', { userPath: '//elsewhere/me' }],
    ['a path with a fragment', { userPath: '/me#x' }],
    ['a path with a line break', { userPath: '/me\r\nx: y' }],
    ['a placeholder that is none', { userPath: "/U('{username}')" }],
    ['a client of two digits', { client: '10' }],
    ['a client with more in it', { client: '100\n' }],
    ['a long language', { language: 'english' }],
    ['no time', { timeout: '0s' }],
    ['no bytes', { maxBytes: 0 }],
    ['a name that names nothing', { name: 'SAP' }],
    ['a service account without a password', { serviceAccount: { ...SERVICE, password: '' } }],
    ['a service account with a colon', { serviceAccount: { ...SERVICE, username: 'a:b' } }],
    ['a service account that would describe itself', { userPath: '/me', serviceAccount: SERVICE }],
    ['no mapping', { mapping: undefined as never }],
  ])('%s', (_, options) => {
    expect(() => sapSource({ ...OPTIONS, ...options })).toThrow(ConfigurationError)
  })

  test('a password in the URL, which the message does not repeat', () => {
    const url = 'https://anna:secret@sap.example.org'
    expect(() => sapSource({ ...OPTIONS, url })).toThrow(/^(?!.*secret).*cannot have a user name or password/)
  })

  test.each(['http://localhost:8000', 'http://127.0.0.1', 'http://[::1]:50000'])('but %s is this machine', (url) => {
    expect(sapSource({ ...OPTIONS, url }).name).toBe('sap')
  })

  test('and passwords may travel in the clear for whoever says so', () => {
    expect(sapSource({ ...OPTIONS, url: 'http://sap.example.org', insecure: true }).name).toBe('sap')
  })
})

test('the rules of the chain are kept, and there is no lookup without a service account', () => {
  const rules = { realm: 'SAP', authoritative: true, onUnavailable: 'stop', deadline: '2s' } as const
  const source = sapSource({ ...OPTIONS, ...rules, name: 'erp' })
  expect(source).toMatchObject({ ...rules, name: 'erp' })
  expect(source.lookup).toBeUndefined()
  expect(sapSource({ ...OPTIONS, serviceAccount: SERVICE }).lookup).toBeTypeOf('function')
  expect(JSON.stringify(source)).not.toContain('url')
})

function signIn(username: string, password: string) {
  const attempt = new LoginAttempt({ username, password })
  return sapSource(OPTIONS).authenticate(attempt, new AbortController().signal)
}

describe('while SAP does not answer, an outage whether it would be sent or not:', () => {
  test.each(['', ' ', 'a:b', ':', 'a\0', 'a\nb', '\u0085', '\ud800', 'x'.repeat(201)])(
    'the name %o',
    async (username) => {
      expect(await signIn(username, 'word')).toMatchObject({ outcome: 'unavailable' })
    },
  )

  test.each(['', '\0', 'word\0', 'wo\nrd', '\x7f', '\udc00', 'x'.repeat(1025), 'ö'.repeat(513)])(
    'the password %o',
    async (password) => {
      expect(await signIn('anna', password)).toMatchObject({ outcome: 'unavailable' })
    },
  )

  test('names and passwords that SAP may have', async () => {
    for (const [username, password] of [
      ['anna', ' '],
      ["o'neil", 'a:b'],
      ['jörg', 'ö'.repeat(512)],
    ] as const)
      expect(await signIn(username, password)).toMatchObject({ outcome: 'unavailable' })
  })
})

test('credentials arrive as they were typed, in UTF-8, one way of writing an umlaut', () => {
  expect(basicAuthorization('test', '123£')).toBe('Basic dGVzdDoxMjPCow==')
  expect(basicAuthorization('jo\u0308rg', 'u\u0308')).toBe(basicAuthorization('jörg', 'ü'))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (typed, password) => {
      const username = readUsername(typed)
      if (username === null || username.includes(':') || !isSendablePassword(password)) return
      const sent = Buffer.from(basicAuthorization(username, password).slice(6), 'base64').toString()
      expect(sent).toBe(`${username}:${password}`.normalize('NFC'))
    }),
  )
})
