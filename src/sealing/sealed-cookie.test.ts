import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigurationError, CookieTooLargeError } from '../errors.ts'
import { createSessionCookie, type SessionCookieOptions } from './sealed-cookie.ts'

const HTTPS = { https: true, host: 'us.example' }
const HTTP = { https: false, host: 'us.example' }
const LOCAL = { https: false, host: 'localhost' }

const cookie = (options: SessionCookieOptions = {}, production = false) => createSessionCookie(options, production)

describe('name and attributes', () => {
  test('for the browser session', () => {
    expect(cookie().for(HTTPS).set('sealed')).toBe('__Host-ostiary=sealed; Path=/; HttpOnly; SameSite=Lax; Secure')
  })

  test('persistent', () => {
    expect(cookie().for(HTTPS).set('sealed', 3600.9)).toBe(
      '__Host-ostiary=sealed; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600',
    )
    expect(cookie().for(HTTPS).set('sealed', -5)).toMatch(/; Max-Age=0$/)
  })

  test('cleared', () => {
    expect(cookie().for(HTTPS).clear()).toBe('__Host-ostiary=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0')
    expect(cookie().for(LOCAL).clear()).toBe('ostiary=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
  })

  test('on plain http on localhost, while developing, without the prefix that such a connection cannot have', () => {
    expect(cookie().for(LOCAL).set('sealed')).toBe('ostiary=sealed; Path=/; HttpOnly; SameSite=Lax')
  })

  test('strict, and under another name', () => {
    expect(cookie({ name: 'door-2', sameSite: 'strict' }).for(HTTPS).set('x')).toBe(
      '__Host-door-2=x; Path=/; HttpOnly; SameSite=Strict; Secure',
    )
  })

  test('never with a Domain, which would give it to every sibling', () => {
    for (const connection of [HTTPS, HTTP, LOCAL]) expect(cookie().for(connection).set('x', 1)).not.toMatch(/domain/i)
  })
})

describe('the name holds that of the application, so that two on one host keep out of each other', () => {
  const names = (application: string | undefined, options: SessionCookieOptions = {}, suffix = '') => {
    const { for: of } = createSessionCookie(options, false, application, suffix)
    return [of(HTTPS).name, of(LOCAL).name]
  }

  test('in production as in development, unless a name is given', () => {
    expect(names('reports')).toEqual(['__Host-reports.ostiary', 'reports.ostiary'])
    expect(names('reports', { name: 'door' })).toEqual(['__Host-door', 'reports.door'])
    expect(names('reports', { name: 'reports' })).toEqual(['__Host-reports', 'reports'])
    expect(names('reports', {}, '-device')).toEqual(['__Host-reports.ostiary-device', 'reports.ostiary-device'])
  })

  test('without an application, it is the plain name', () => {
    for (const application of [undefined, 'ostiary']) {
      expect(names(application)).toEqual(['__Host-ostiary', 'ostiary'])
      expect(names(application, { name: 'door' }, '-device')).toEqual(['__Host-door-device', 'door-device'])
    }
  })

  test('whatever the application is called, the name is one that a cookie may have', () => {
    const applications = [
      'a b',
      'ä',
      'x; Domain=evil.example',
      'a=b',
      'a\r\nb',
      'a.b',
      'a/b',
      'x'.repeat(1000),
      '__Host-x',
    ]
    const all = applications.flatMap((application) => names(application))
    for (const name of all) expect(name).toMatch(/^[\w.-]{1,80}$/)
    expect(new Set(all).size).toBe(all.length)
  })

  test('a header with the cookies of two applications is read by each as its own', () => {
    const [one, two] = ['one', 'two'].map((application) => createSessionCookie({}, false, application).for(LOCAL))
    const header = 'one.ostiary=1; two.ostiary=2; ostiary=3'
    expect([one?.read(header), two?.read(header)]).toEqual([{ value: '1' }, { value: '2' }])
    expect(cookie().for(LOCAL).read(header)).toEqual({ value: '3' })
  })

  test('a sealed session that fits into the longest of the names fits into each', () => {
    const { maxSealedLength, for: of } = createSessionCookie({ name: 'x' }, false, 'a'.repeat(64))
    for (const connection of [HTTPS, LOCAL]) {
      expect(() => of(connection).set('s'.repeat(maxSealedLength), 10 ** 9)).not.toThrow()
    }
  })
})

describe('the development name is for plain http on this machine, outside production', () => {
  const here = ['localhost', 'LOCALHOST', 'app.localhost', '127.0.0.1', '127.1.2.3', '[::1]', '::1']
  const elsewhere = [
    'us.example',
    'localhost.example',
    'localhost.',
    'xlocalhost',
    'notlocalhost',
    '127.0.0.1.example',
    '1.127.0.0.1',
    '127.0.0',
    '0.0.0.0',
    '10.0.0.1',
    '[::2]',
    '::ffff:10.0.0.1',
    '',
  ]
  test.each(here)('%s: development name', (hostname) => {
    expect(cookie().for({ https: false, host: hostname }).name).toBe('ostiary')
  })
  test.each(here)('%s: the strict one over https, in production, or always', (hostname) => {
    expect(cookie().for({ https: true, host: hostname }).name).toBe('__Host-ostiary')
    expect(cookie({}, true).for({ https: false, host: hostname }).name).toBe('__Host-ostiary')
    expect(cookie({ secure: 'always' }).for({ https: false, host: hostname }).name).toBe('__Host-ostiary')
  })
  test.each(elsewhere)('%j: the strict one', (hostname) => {
    expect(cookie().for({ https: false, host: hostname }).name).toBe('__Host-ostiary')
  })
})

describe('reading', () => {
  const strict = cookie().for(HTTPS)
  const development = cookie().for(LOCAL)

  test.each([
    ['__Host-ostiary=a', 'a'],
    ['first=1; __Host-ostiary=a; last=2', 'a'],
    ['first=1;__Host-ostiary=a;last=2', 'a'],
    ['__Host-ostiary=a=b==', 'a=b=='],
    ['__Host-ostiary=', ''],
    ['__Host-ostiary="a"', '"a"'],
  ])('%s', (header, value) => {
    expect(strict.read(header)).toEqual({ value })
  })

  test.each([
    undefined,
    '',
    ';;;',
    '=',
    '__Host-ostiary',
    'ostiary=a',
    'x__Host-ostiary=a',
    '__Host-ostiary2=a',
    '__Host-ostiar=a',
    '__host-ostiary=a',
    '__HOST-OSTIARY=a',
    '__Host-ostiary =a',
    'note=__Host-ostiary=a',
    '__Secure-ostiary=a',
    '%5F_Host-ostiary=a',
  ])('not ours: %s', (header) => {
    expect(strict.read(header)).toBeUndefined()
  })

  test.each(['xostiary=a', 'ostiary2=a', 'ostiary-=a', '__Host-ostiary=a', 'OSTIARY=a', 'a=ostiary=b'])(
    'not the development one: %s',
    (header) => {
      expect(development.read(header)).toBeUndefined()
    },
  )

  // A cookie from a sibling host or a longer path cannot be told from ours, so that neither counts.
  test.each([
    '__Host-ostiary=a; __Host-ostiary=b',
    '__Host-ostiary=a; __Host-ostiary=a',
    '__Host-ostiary=; x=1; __Host-ostiary=a',
    '__Host-ostiary=a;__Host-ostiary=b;__Host-ostiary=c',
  ])('several that could be meant: %s', (header) => {
    expect(strict.read(header)).toBe('duplicate')
  })

  test('a cookie of the development name beside the strict one is not a second one', () => {
    expect(strict.read('ostiary=planted; __Host-ostiary=a')).toEqual({ value: 'a' })
  })

  test('whatever stands in the header, as taking all of its cookies apart says', () => {
    const parts = fc.constantFrom('__Host-ostiary=', '__Host-ostiary', '=', ';', '; ', ' ', '\t', 'a', 'other=1', '"')
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (pieces) => {
        const header = pieces.join('')
        const values = header
          .split(';')
          .map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''))
          .filter((pair) => pair.startsWith('__Host-ostiary='))
          .map((pair) => ({ value: pair.slice('__Host-ostiary='.length) }))
        expect(strict.read(header)).toEqual(values.length > 1 ? 'duplicate' : values[0])
      }),
      { numRuns: 2000 },
    )
  })
})

describe('size', () => {
  test('a cookie of 4,096 bytes is sent, one more is an error that says what to do', () => {
    const named = cookie().for(HTTPS)
    const room = 4096 - named.set('').length
    expect(named.set('x'.repeat(room))).toHaveLength(4096)
    expect(() => named.set('x'.repeat(room + 1))).toThrow(CookieTooLargeError)
    expect(() => named.set('x'.repeat(room + 1))).toThrow('4097 bytes')
    expect(() => named.set('x'.repeat(room + 1))).toThrow('a shorter description, fewer or smaller properties')
  })

  test('what fits by maxSealedLength fits every way it can be set', () => {
    const { maxSealedLength, for: named } = cookie({ name: 'n'.repeat(64), sameSite: 'strict' })
    const longest = 'x'.repeat(maxSealedLength)
    for (const connection of [HTTPS, HTTP, LOCAL]) {
      expect(named(connection).set(longest).length).toBeLessThanOrEqual(4096)
      expect(named(connection).set(longest, 400 * 86_400).length).toBeLessThanOrEqual(4096)
    }
  })
})

describe('configuration', () => {
  test.each(['', 'a b', 'a;b', 'a=b', 'a,b', 'ä', 'a\n', '__Host-x', '__Secure-x', '__x', 'n'.repeat(65)])(
    'a cookie cannot be called %j',
    (name) => {
      expect(() => cookie({ name })).toThrow(ConfigurationError)
    },
  )

  test.each([{ sameSite: 'none' }, { sameSite: 'Lax' }, { secure: 'never' }, { secure: false }])(
    'not %j',
    (options) => {
      expect(() => cookie(options as unknown as SessionCookieOptions)).toThrow(ConfigurationError)
    },
  )
})
