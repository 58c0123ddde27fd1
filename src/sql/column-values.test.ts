import { expect, test } from 'vitest'
import { asTime } from './column-values.ts'

const NOON = Date.UTC(2020, 1, 29, 12, 0, 0)

test.each([
  ['2020-02-29T12:00:00.000Z', NOON],
  ['2020-02-29 12:00:00', NOON],
  ['2020-02-29 12:00', NOON],
  ['2020-02-29 12:00:00.123456', NOON + 123],
  ['2020-02-29 14:00:00+02', NOON],
  ['2020-02-29T14:00:00+0200', NOON],
  ['2020-02-29T08:30:00-03:30', NOON],
  ['2020-02-29', Date.UTC(2020, 1, 29)],
  [new Date(NOON), NOON],
])('%s is a time, in UTC unless it says otherwise', (value, time) => {
  expect(asTime(value)).toBe(time)
})

test.each(['', 'yesterday', '2020', '2020-13-01', '29.02.2020', '2020-02-29 25:00', '2020-02-29 12:00 CET', null])(
  '%s is none',
  (value) => expect(asTime(value)).toBeUndefined(),
)
