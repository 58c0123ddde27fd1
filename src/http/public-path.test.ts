import { expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { type PublicPathInput, readPublicPaths } from './public-path.ts'

const read = (options: Partial<PublicPathInput> = {}) =>
  readPublicPaths({ prefix: '/auth', origins: new Set(), ...options })

test('without options, browsers see the paths that the application sees', () => {
  const paths = read()
  expect([paths.login, paths.logout, paths.home, paths.of('/a?b=c')]).toEqual([
    '/auth/login',
    '/auth/logout',
    '/',
    '/a?b=c',
  ])
  expect(paths.after('/a?b=c')).toBe('/a?b=c')
})

test('below a public path, all of them begin with it', () => {
  const paths = read({ publicPath: '/apps/one' })
  expect([paths.login, paths.logout, paths.home, paths.of('/a?b=c')]).toEqual([
    '/apps/one/auth/login',
    '/apps/one/auth/logout',
    '/apps/one/',
    '/apps/one/a?b=c',
  ])
  expect(paths.after('//evil.example')).toBe('/apps/one/')
  // The whole site is ours: another application on it may have sent somebody here.
  expect(paths.after('/apps/two')).toBe('/apps/two')
})

test('home is where a login leads that has no other way to go', () => {
  const paths = read({ publicPath: '/app', home: '/app/start?from=login' })
  expect(paths.home).toBe('/app/start?from=login')
  for (const next of [undefined, '', '//e', 'https://evil.example/', ['/a']]) expect(paths.after(next)).toBe(paths.home)
  expect(paths.after('/')).toBe('/')
})

test('a form carries along what does not lead home anyway', () => {
  const paths = read({ home: '/start' })
  expect(paths.carried('/start')).toBeUndefined()
  expect(paths.carried(undefined)).toBeUndefined()
  expect(paths.carried('//e')).toBeUndefined()
  expect(paths.carried('/')).toBe('/')
})

test('home may be at a trusted origin, and at no other', () => {
  const origins = new Set(['http://localhost:5173'])
  expect(read({ home: 'http://localhost:5173/', origins }).home).toBe('http://localhost:5173/')
  expect(read({ home: 'http://localhost:5173', origins }).home).toBe('http://localhost:5173/')
  for (const home of ['http://localhost:5174/', 'https://localhost:5173/', 'javascript:x'])
    expect(() => read({ home, origins })).toThrow(ConfigurationError)
})

test.each(['', 'start', '//e', '/\\e', '/.//e', 'https://e', 'javascript:x', 5, null, {}])(
  'a home that is no path is refused: %j',
  (home) => {
    expect(() => read({ home: home as string })).toThrow(/^home is a path such as/)
  },
)

test.each(['/', 'app', '/app/', '//app', '/a b', '/a?b', '/a#b', '/ä', 'https://e/app', '/a/../..//b', 5, null])(
  'a public path that is none is refused: %j',
  (publicPath) => {
    expect(() => read({ publicPath: publicPath as string })).toThrow(/^publicPath is what a proxy takes off/)
  },
)
