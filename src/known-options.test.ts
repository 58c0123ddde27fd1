import { describe, expect, test } from 'vitest'
import { createAuth } from './create-auth.ts'
import { assertKnownOptions } from './known-options.ts'
import { definePermission } from './policy/permission.ts'
import { defineRole } from './policy/role.ts'

const VIEW = definePermission({ name: 'view', description: 'd' })
const VIEWER = defineRole({ name: 'Viewer', description: 'd', permissions: [VIEW] })
const create = (options: object) => () => createAuth({ roles: [VIEWER], ...options } as never)

describe('a misspelt option is refused, with the one that may have been meant', () => {
  test.each<[object, RegExp]>([
    [{ source: [] }, /options of createAuth\(\): "source" is no option\. Did you mean "sources"\?/],
    [{ Throttle: false }, /"Throttle" is no option\. Did you mean "throttle"\?/],
    [{ sessions: { idel: '5m' } }, /option sessions.*"idel" is no option\. Did you mean "idle"\?/],
    [{ sessions: { cookies: {} } }, /Did you mean "cookie"\?/],
    [{ sessions: { cookie: { samesite: 'strict' } } }, /sessions\.cookie.*Did you mean "sameSite"\?/],
    [{ sessions: { perUser: { max: 3 } } }, /sessions\.perUser.*"max" is no option\./],
    [{ throttle: { accounts: {} } }, /option throttle .*Did you mean "account"\?/],
    [{ throttle: { account: { attempt: 3 } } }, /throttle\.account.*Did you mean "attempts"\?/],
    [{ throttle: { account: { longTerm: { windows: 3 } } } }, /throttle\.account\.longTerm.*Did you mean "window"\?/],
    [{ throttle: { client: { limit: 3 } } }, /throttle\.client.*"limit" is no option\./],
    [{ throttle: { overall: { Attempts: 3 } } }, /throttle\.overall.*Did you mean "attempts"\?/],
  ])('%j', (options, message) => {
    expect(create(options)).toThrow(message)
    expect(create(options)).toThrow(expect.objectContaining({ code: 'OSTIARY_CONFIGURATION' }))
  })
})

test('a name that is like no option gets the list of options, and no guess', () => {
  const check = () =>
    assertKnownOptions<{ store?: 1; idle?: 1 }>('Options', { xyzzy: 1 } as never, { store: true, idle: true })
  expect(check).toThrow(/^Options: "xyzzy" is no option\. The options are idle, store\.$/)
})

test('an inherited name is no option, and what is no object is not looked into', () => {
  const names = { store: true } as const
  expect(() => assertKnownOptions('Options', { constructor: 1 } as never, names)).toThrow(/"constructor" is no option/)
  for (const value of [undefined, null, 3, 'text'])
    expect(() => assertKnownOptions('O', value as never, names)).not.toThrow()
})
