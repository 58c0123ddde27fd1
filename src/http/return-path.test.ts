import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

const US = 'https://us.example'

describe('a path on this site is kept', () => {
  test.each([
    ['/', '/'],
    ['/path', '/path'],
    ['/path/', '/path/'],
    ['/path?x=1#y', '/path?x=1#y'],
    ['/path?next=https://e.example/', '/path?next=https://e.example/'],
    ['/a//b', '/a//b'],
    ['/a/../b', '/b'],
    ['/%2f', '/%2f'],
    ['/%09/e', '/%09/e'],
    ['/%5ce', '/%5ce'],
    ['/@e', '/@e'],
    ['/:80', '/:80'],
    ['/javascript:alert(1)', '/javascript:alert(1)'],
    ['/ä', '/%C3%A4'],
    ['/?q=a b', '/?q=a%20b'],
  ])('%j', (next, kept) => {
    expect(returnPath(next)).toBe(kept)
  })
})

describe('everything that a browser could read as another site leads home', () => {
  test.each([
    '//e',
    '//e/path',
    '///e',
    '////e',
    '/\\e',
    '/\\/e',
    '\\e',
    '\\\\e',
    '\\/e',
    '/\t/e',
    '/\te',
    '\t//e',
    '/\n/e',
    '/\r\n/e',
    '/\r\nSet-Cookie: a=b',
    '/path\r\nLocation: //e',
    '/\0/e',
    '/\x0b/e',
    '/\u200b/e',
    '/\ufeff/e',
    ' //e',
    ' /path',
    '/.//e',
    '/./\\e',
    '/a/..//e',
    '/a/../..//e',
    '/%2e//e',
    '/%2e%2e//e',
    '/.%2e//e',
    '/..//e',
    '/a\\..\\\\e',
    'https://e',
    'HTTPS://e',
    'https:e',
    'https:/e',
    'http:path',
    'javascript:alert(1)',
    'JavaScript://us.example/%0aalert(1)',
    'data:text/html,x',
    'vbscript:x',
    'e.example',
    'path',
    '../path',
    './path',
    '?x',
    '#y',
    '.',
    '',
    '⁄⁄e',
    '／／e',
    '/x'.repeat(1025),
  ])('%j', (next) => {
    expect(returnPath(next)).toBe('/')
  })

  test.each([undefined, null, 1, true, ['/path'], { toString: () => '/path' }, ['//e'], Symbol('x'), () => '/path'])(
    'and what is no text: %s',
    (next) => {
      expect(returnPath(next)).toBe('/')
    },
  )

  // Slashes to people, letters to browsers: percent-encoded, they stay within the path.
  test.each(['/⁄e', '/／e', '/∕e', '/。/e', '/／／e', '/\u2028/e'])('%j stays on this site', (next) => {
    expect(returnPath(next)).toMatch(/^\/%/)
    expect(new URL(returnPath(next), US).origin).toBe(US)
  })
})

describe('whatever comes in', () => {
  const slashes = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '//',
    '\t',
    '\n',
    '\r',
    '%2f',
    '%2e',
    '%5c',
    '%09',
    '@',
    ':',
    '?',
    '#',
  )
  const pieces = fc.oneof(
    slashes,
    fc.constantFrom('e', 'https:', 'javascript:', 'us.example', ' ', '\0', '／', '\u00ad'),
  )
  const hostile = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((each) => each.join('')),
    fc.array(pieces, { maxLength: 12 }).map((each) => `/${each.join('')}`),
    fc.string({ unit: 'binary', maxLength: 60 }).map((each) => `/${each}`),
    fc.webUrl(),
    fc.anything(),
  )

  test('the browser stays on this site, by whatever page it comes', () => {
    fc.assert(
      fc.property(hostile, (next) => {
        const path = returnPath(next)
        for (const base of [US, `${US}/auth/login`, `${US}//odd//login?next=x`])
          expect(new URL(path, base).origin).toBe(US)
      }),
      { numRuns: 5000 },
    )
  })

  test('the answer is one slash and then none, in characters that a header can hold, and itself a good answer', () => {
    fc.assert(
      fc.property(hostile, (next) => {
        const path = returnPath(next)
        expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/)
        expect(returnPath(path)).toBe(path)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('with other origins', () => {
  const origins = new Set(['http://localhost:5173', 'https://www.example.org'])
  const home = '/start'

  test.each([
    ['http://localhost:5173', 'http://localhost:5173/'],
    ['http://localhost:5173/a?b=c#d', 'http://localhost:5173/a?b=c#d'],
    ['https://www.example.org/a/../b', 'https://www.example.org/b'],
    ['https://www.example.org:443/a', 'https://www.example.org/a'],
    ['https://WWW.example.org/a', 'https://www.example.org/a'],
    ['https://www.example.org//evil.example', 'https://www.example.org//evil.example'],
    ['/path', '/path'],
  ])('%j leads to %j', (next, kept) => {
    expect(returnPath(next, { home, origins })).toBe(kept)
  })

  test.each([
    'https://evil.example/',
    'https://www.example.org.evil.example/',
    'https://www.example.org@evil.example/',
    'https://anna@www.example.org/',
    'https://anna:x@www.example.org/',
    'https:www.example.org/',
    'https:/www.example.org/',
    'https:///www.example.org/',
    'https:\\\\www.example.org/',
    'https://www.example.org\\@evil.example/',
    'https://www.example.org\t/',
    'https://www.example.org/\r\nset-cookie: a=b',
    'http://www.example.org/',
    'https://www.example.org:8443/',
    'https://localhost:5173/',
    '//localhost:5173/',
    '//www.example.org/',
    'javascript:https://www.example.org/',
    'blob:https://www.example.org/1',
    'data:text/html,https://www.example.org/',
    ' https://www.example.org/',
    'www.example.org',
    'null',
    `https://www.example.org/${'x'.repeat(3000)}`,
  ])('%j leads home', (next) => {
    expect(returnPath(next, { home, origins })).toBe(home)
  })
})

test('without a path, one lands at home', () => {
  for (const next of [undefined, null, '', 5, ['/a'], '//e', 'https://e'])
    expect(returnPath(next, { home: '/start' })).toBe('/start')
})
