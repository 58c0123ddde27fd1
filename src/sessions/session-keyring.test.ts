import { afterEach, expect, test, vi } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { generateSecret } from './keyring.ts'
import { seal, unseal } from './seal.ts'
import { sessionKeyring } from './session-keyring.ts'

afterEach(() => vi.restoreAllMocks())

test('the secret that is given makes the keys, in production and elsewhere', () => {
  const secret = generateSecret()
  const [one, other] = [sessionKeyring(secret, 'house', true), sessionKeyring([secret], 'house', false)]
  expect(unseal(other(), seal(one(), 'text'))).toBe('text')
  expect(unseal(sessionKeyring(secret, 'barn', true)(), seal(one(), 'text'))).toBeUndefined()
})

test.each([undefined, ''])('in production a missing secret (%j) is an error that says what to do', (secret) => {
  expect(() => sessionKeyring(secret, 'house', true)).toThrow(ConfigurationError)
  expect(() => sessionKeyring(secret, 'house', true)).toThrow('`npx ostiary secret`')
})

test.each([[true], [false]])('a weak secret is an error at once (production: %j)', (production) => {
  expect(() => sessionKeyring('short', 'house', production)).toThrow(ConfigurationError)
})

test('while developing, one is made up at the first need: one for each, once, with a warning', () => {
  const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const [one, other] = [sessionKeyring(undefined, 'house', false), sessionKeyring(undefined, 'house', false)]
  expect(warning).not.toHaveBeenCalled()
  expect(unseal(one(), seal(one(), 'text'))).toBe('text')
  const expected = { type: 'OstiaryWarning', code: 'OSTIARY_MADE_UP_SECRET' }
  expect(warning).toHaveBeenCalledExactlyOnceWith(expect.any(String), expected)
  expect(unseal(other(), seal(one(), 'text'))).toBeUndefined()
})
