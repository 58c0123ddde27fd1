import { expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { type LifetimeOptions, readLifetimes } from './lifetimes.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test('the defaults: 12 hours at the most, half an hour unused, 30 days if asked to stay, a lease of a minute', () => {
  expect(readLifetimes({})).toEqual({
    browserMs: 12 * HOUR,
    idleMs: 30 * MINUTE,
    persistentMs: 30 * DAY,
    leaseMs: MINUTE,
    graceMs: 5 * MINUTE,
    longestMs: 30 * DAY,
  })
})

test('what is given counts, in seconds or with a unit', () => {
  const given: LifetimeOptions = { lifetime: '90d', idle: 600, persistentLifetime: '1.5h', lease: '500ms', grace: '1m' }
  expect(readLifetimes(given)).toEqual({
    browserMs: 90 * DAY,
    idleMs: 10 * MINUTE,
    persistentMs: 1.5 * HOUR,
    leaseMs: 500,
    graceMs: MINUTE,
    longestMs: 90 * DAY,
  })
})

test.each(['lifetime', 'idle', 'persistentLifetime', 'lease', 'grace'])('%s must be a length of time', (setting) => {
  for (const value of [
    ...(setting === 'grace' ? [] : [0, '0s']),
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    '1',
    '1 h',
    '-1h',
    '1y',
    'h',
    null,
    {},
  ]) {
    const given = { [setting]: value } as LifetimeOptions
    if (value === null) {
      // Left out, as JavaScript callers may do it.
      expect(readLifetimes(given)).toEqual(readLifetimes({}))
      continue
    }
    expect(() => readLifetimes(given), String(value)).toThrow(ConfigurationError)
    expect(() => readLifetimes(given), String(value)).toThrow(`sessions.${setting}`)
  }
})

test('a lease of more than half the idle time would call busy people idle, and is refused', () => {
  expect(readLifetimes({ idle: '2m', lease: '1m' })).toMatchObject({ idleMs: 2 * MINUTE, leaseMs: MINUTE })
  expect(() => readLifetimes({ idle: '119s', lease: '1m' })).toThrow(ConfigurationError)
})

test.each([0, '0s', '0ms', '0d'] as const)('a grace of %j is none', (grace) => {
  expect(readLifetimes({ grace }).graceMs).toBe(0)
})
