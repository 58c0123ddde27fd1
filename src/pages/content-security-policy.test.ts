import { expect, test } from 'vitest'
import { contentSecurityPolicy, pageHeaders } from './content-security-policy.ts'

test('a page may use its own style, post to its own origin and be framed by nobody; all else is forbidden', () => {
  // The hash of an empty text, as published in the SHA-256 test vectors.
  expect(contentSecurityPolicy('')).toBe(
    "default-src 'none'; style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; form-action 'self'; " +
      "base-uri 'none'; frame-ancestors 'none'",
  )
})

test('forms may lead to the origins that are named, and only forms', () => {
  const origins = ['http://localhost:5173', 'https://www.example.org']
  const policy = contentSecurityPolicy('', origins)
  expect(policy).toContain("; form-action 'self' http://localhost:5173 https://www.example.org; ")
  expect(policy.replace(` ${origins.join(' ')}`, '')).toBe(contentSecurityPolicy(''))
})

test('one changed character of the style is another policy', () => {
  expect(contentSecurityPolicy('p { margin: 1px }')).not.toBe(contentSecurityPolicy('p { margin: 2px }'))
})

test('the form arrives with the origin it came from, and pages are neither cached, sniffed nor framed', () => {
  expect(pageHeaders('')).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
  })
})
