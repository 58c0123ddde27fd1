import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deviceOf } from './device.ts'

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36',
    'Chrome on Windows',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 ' +
      'Edg/139.0.0.0',
    'Microsoft Edge on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 ' +
      'Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  ['(X11; Linux x86_64)', 'Linux'],
])('%s is %s', (userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device)
})

test.each([null, '', '   ', '\0', '%', '(', '<b>/1 ', '\u202e\u202e/1.0 x'])('%j is not known', (userAgent) => {
  expect(deviceOf(userAgent)).toBeNull()
})

const PIECES = [
  'Mozilla/5.0',
  '(',
  ')',
  ';',
  ' ',
  '/',
  'like Gecko',
  'Version/',
  'Android',
  'Chrome/1',
  '<b>',
  '\u202e',
]

test('whatever it says, the label is short and plain, and nothing is thrown', { timeout: 60_000 }, () => {
  const userAgents = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(userAgents, (userAgent) => {
      const device = deviceOf(userAgent)
      if (device !== null) expect(device).toMatch(/^[a-z0-9][\w .+-]{0,63}$/i)
    }),
    { numRuns: 300 },
  )
})

test('of a long one only the beginning is read', () => {
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  expect(deviceOf(firefox + 'x'.repeat(1_000_000))).toBe('Firefox on Linux')
  expect(deviceOf(' '.repeat(1_000_000) + firefox)).toBeNull()
})
