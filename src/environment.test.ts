import { expect, test } from 'vitest'
import { describeEnvironment, isDevelopment, isProduction } from './environment.ts'

test.each(['development', 'test', 'Development', 'TEST', ' test ', 'development\n'])(
  'NODE_ENV %j is development',
  (value) => {
    expect([isDevelopment(value), isProduction(value)]).toEqual([true, false])
  },
)

test.each([
  'production',
  'Production',
  'PRODUCTION',
  'production ',
  'prod',
  'staging',
  'live',
  'dev',
  'testing',
  'develop',
  'development;production',
  '"development"',
  'deve\u200blopment',
  'ｔｅｓｔ',
  '0',
  'undefined',
])('NODE_ENV %j counts as production', (value) => {
  expect([isDevelopment(value), isProduction(value)]).toEqual([false, true])
})

test.each(['', ' ', '\t\n'])('NODE_ENV %j is as if it were not set: neither', (value) => {
  expect([isDevelopment(value), isProduction(value)]).toEqual([false, false])
})

test('messages say what NODE_ENV is and what it counts as', () => {
  expect(describeEnvironment('')).toBe('NODE_ENV is not set')
  expect(describeEnvironment('production')).toBe('NODE_ENV is "production"')
  expect(describeEnvironment('Staging ')).toBe('NODE_ENV is "Staging ", which counts as production')
  expect(describeEnvironment('test')).toBe('NODE_ENV is "test"')
})
