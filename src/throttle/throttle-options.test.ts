import { expect, test } from 'vitest'
import { createAuth } from '../create-auth.ts'
import { ConfigurationError } from '../errors.ts'
import type { ThrottleOptions } from './throttle-options.ts'

test.each<[string, unknown]>([
  ['throttle is ThrottleOptions', true],
  ['throttle is ThrottleOptions', null],
  ['throttle is ThrottleOptions', { store: {} }],
  ['throttle.account.attempts', { account: { attempts: 0 } }],
  ['throttle.account.attempts', { account: { attempts: 2.5 } }],
  ['throttle.account.attempts', { account: { attempts: Number.POSITIVE_INFINITY } }],
  ['throttle.account.window', { account: { window: 'soon' } }],
  ['throttle.account.longestWindow', { account: { longestWindow: -1 } }],
  ['throttle.account.undelayed', { account: { undelayed: -1 } }],
  ['throttle.account.delay', { account: { delay: 0 } }],
  ['throttle.account.longestDelay', { account: { longestDelay: '2m' } }],
  ['throttle.account.longTerm.attempts', { account: { longTerm: { attempts: 0 } } }],
  ['throttle.account.longTerm.window', { account: { longTerm: { window: 'long' } } }],
  ['throttle.client.attempts', { client: { attempts: '50' } }],
  ['throttle.overall.window', { overall: { window: 0 } }],
  ['throttle.deviceLifetime', { deviceLifetime: 'long' }],
  ['throttle.maxWaiting', { maxWaiting: -1 }],
])('%s cannot be that: %j', (setting, throttle) => {
  const build = () => createAuth({ roles: [], throttle: throttle as ThrottleOptions })
  expect(build).toThrow(ConfigurationError)
  expect(build).toThrow(setting)
})

test('every limit but that of accounts can be left out', () => {
  expect(createAuth({ roles: [], throttle: { client: false, overall: false } }).throttle?.storeName).toBe('memory')
})
