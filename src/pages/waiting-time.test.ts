import { expect, test } from 'vitest'
import { waitingTime } from './waiting-time.ts'

test.each([
  [0.2, 'in 1 second', 'in 1 Sekunde'],
  [40, 'in 40 seconds', 'in 40 Sekunden'],
  [90, 'in 90 seconds', 'in 90 Sekunden'],
  [91, 'in 2 minutes', 'in 2 Minuten'],
  [900, 'in 15 minutes', 'in 15 Minuten'],
  [5400, 'in 90 minutes', 'in 90 Minuten'],
  [5401, 'in 2 hours', 'in 2 Stunden'],
  [86_400, 'in 24 hours', 'in 24 Stunden'],
  [604_800, 'in 168 hours', 'in 168 Stunden'],
])('%d seconds are over %s', (seconds, english, german) => {
  expect(waitingTime(seconds, 'en')).toBe(english)
  expect(waitingTime(seconds, 'de')).toBe(german)
})

test('a language that the runtime has no texts for is answered in English', () => {
  expect(waitingTime(60, 'tlh')).toBe('in 60 seconds')
})
