import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Duration, toMilliseconds } from './duration.ts'
import { ConfigurationError } from './errors.ts'

test.each<[Duration, number]>([
  ['500ms', 500],
  ['30s', 30_000],
  ['15m', 900_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
  ['1.5h', 5_400_000],
  [90, 90_000],
  [0.25, 250],
])('%j is %d milliseconds', (duration, milliseconds) => {
  expect(toMilliseconds(duration, 'x')).toBe(milliseconds)
})

test('a number is seconds, for all numbers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seconds) => {
      expect(toMilliseconds(seconds, 'x')).toBe(toMilliseconds(`${seconds}s`, 'x'))
    }),
  )
})

test.each([
  0,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e308,
  '',
  '0s',
  '-5m',
  '5',
  '5 m',
  'm',
  '5M',
  '5min',
  '5m ',
  '5m\n',
  '1h30m',
  '1e3s',
  '0x10s',
  '.5s',
  '٥s',
  `${'9'.repeat(400)}d`,
  null,
  undefined,
  {},
  ['5m'],
  true,
])('%j is no length of time, and the error names the setting', (duration) => {
  expect(() => toMilliseconds(duration as Duration, 'sessions.idle')).toThrow(ConfigurationError)
  expect(() => toMilliseconds(duration as Duration, 'sessions.idle')).toThrow(/^sessions\.idle must be a positive/)
})
