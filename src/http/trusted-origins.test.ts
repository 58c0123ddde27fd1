import { expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { readOrigins } from './trusted-origins.ts'

test('exact origins are trusted as they are written', () => {
  const origins = [
    'https://app.example.org',
    'https://app.example.org:8443',
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'https://my_host',
    'https://xn--mnchen-3ya.example',
  ]
  expect([...readOrigins(origins, 'trustedOrigins')]).toEqual(origins)
  expect(readOrigins(undefined, 'trustedOrigins').size).toBe(0)
  expect(readOrigins([], 'trustedOrigins').size).toBe(0)
})

test.each([
  ['https://app.example.org/', 'https://app.example.org'],
  ['https://app.example.org/login', 'https://app.example.org'],
  ['https://app.example.org?x', 'https://app.example.org'],
  ['https://APP.example.org', 'https://app.example.org'],
  ['HTTPS://app.example.org', 'https://app.example.org'],
  ['https://app.example.org:443', 'https://app.example.org'],
  ['http://localhost:80', 'http://localhost'],
  ['https://anna@app.example.org', 'https://app.example.org'],
  [' https://app.example.org', 'https://app.example.org'],
  ['https://münchen.example', 'https://xn--mnchen-3ya.example'],
])('an origin that browsers would write otherwise is refused, and the message says how: %j', (origin, exact) => {
  expect(() => readOrigins([origin], 'trustedOrigins')).toThrow(ConfigurationError)
  expect(() => readOrigins([origin], 'trustedOrigins')).toThrow(`Write "${exact}"`)
})

test.each([
  '*',
  'null',
  '',
  'app.example.org',
  'localhost:5173',
  '//app.example.org',
  'https://*.example.org',
  'https://*',
  'https://a;script-src',
  "https://a'",
  'https://a,https://b',
  'file:///etc',
  'file://',
  'data:text/html,x',
  'javascript:alert(1)',
  'ftp://app.example.org',
  'blob:https://app.example.org/1',
  'chrome-extension://abc',
  undefined,
  null,
  5,
  ['https://app.example.org'],
  /example/,
])('what is no exact origin of the web is refused: %j', (origin) => {
  expect(() => readOrigins([origin], 'returnOrigins')).toThrow(ConfigurationError)
  expect(() => readOrigins([origin], 'returnOrigins')).toThrow(/^returnOrigins: /)
})

test.each(['https://app.example.org', {}, true, null, new Set(['https://app.example.org'])])(
  'a list is asked for: %j',
  (origins) => {
    expect(() => readOrigins(origins, 'trustedOrigins')).toThrow('trustedOrigins is a list of origins')
  },
)
