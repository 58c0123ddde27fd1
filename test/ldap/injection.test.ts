import fc from 'fast-check'
import type { UserSource } from 'ostiary'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BASE, dnOf, PEOPLE, passwordOf } from './directory.ts'
import { type OpenLdap, openLdap } from './open-ldap.ts'
import { login, lookup, sourceOver } from './sign-in.ts'

let server: OpenLdap
beforeAll(async () => {
  server = await openLdap({ mostFailures: 100_000 })
})
afterAll(() => server?.remove())

/** Each of them with the password of bob: whoever reaches bob's entry, or another one, signs in or is told to be blocked. */
const INJECTIONS = [
  ...['*', '**', 'b*', '*b', 'b*b', 'bo?', 'bob*', '*bob', 'b\\2ab', '\\2a', '\\62ob', 'bo\\62', '\\62\\6f\\62'],
  ...[
    '*)(uid=bob',
    'bob)(uid=bob',
    'x)(|(uid=bob)',
    'x)(|(uid=*))',
    '*)(objectClass=*',
    '*))(|(uid=*',
    'x))(|(uid=bob',
  ],
  ...['bob)', '(bob', '(bob)', 'bob))', 'bob)(&', 'bob)(|(1=1', 'x)(!(uid=x)', '!(uid=x)', '|(uid=bob)', '&(uid=bob)'],
  ...['bob\0', '\0bob', 'bob\\00', '\\00bob', 'bob\\0', 'bob\\', '\\', 'bob\\zz', 'bob\\5c', 'bob%00', 'bob%2a'],
  ...[
    'uid=bob',
    '=bob',
    ':=bob',
    'uid:=bob',
    ':dn:=bob',
    'uid:caseExactMatch:=bob',
    '~=bob',
    '>=bob',
    '<=zzz',
    'bob=*',
  ],
  ...[
    dnOf('bob'),
    `bob,${PEOPLE}`,
    `bob\\,${PEOPLE}`,
    'bob,ou=people',
    'x+uid=bob',
    'x,uid=bob',
    'bob;x',
    'bob#x',
    '#bob',
  ],
  ...[
    '"bob"',
    "'bob'",
    "bob' or '1'='1",
    'bob"x',
    '<bob>',
    'bob/',
    '/bob',
    'bob|x',
    'bob&x',
    '{username}',
    '{dn}',
    '$&',
  ],
  ...[
    '#626f62',
    '\\#626f62',
    '+',
    ',',
    '=',
    'EXTERNAL',
    'PLAIN',
    'bob\nuid=alice',
    'bob\r',
    '\u202ebob',
    '\ud800',
    '__proto__',
  ],
  ...[
    `cn=service,${BASE}`,
    'service',
    'dn:bob',
    'u:bob',
    'bob@example.org',
    'EXAMPLE\\bob',
    'ldap:///bob',
    '..',
    '../bob',
  ],
]

const WAYS: [string, () => UserSource][] = [
  ['a service account', () => sourceOver(server)],
  ['people who bind by themselves', () => sourceOver(server, { bind: { template: `uid={username},${PEOPLE}` } })],
  [
    'a filter of several attributes',
    () => sourceOver(server, { base: PEOPLE, userFilter: '(|(uid={username})(cn={username}))' }),
  ],
]

test('there are enough of them', () => expect(new Set(INJECTIONS).size).toBeGreaterThan(60))

describe.each(WAYS)('with %s', (_, make) => {
  test('nobody signs in by an injection, and no other entry is reached', async () => {
    const source = make()
    for (const name of INJECTIONS) {
      const { outcome } = await login(source, name, passwordOf('bob'))
      expect(['unknown', 'rejected'], JSON.stringify(name)).toContain(outcome)
      if (source.lookup) expect(await lookup(source, name), JSON.stringify(name)).toEqual({ outcome: 'unknown' })
    }
    // The test could tell: with the right name the very same password is accepted.
    expect(await login(source, 'bob', passwordOf('bob'))).toMatchObject({ outcome: 'accepted' })
  })

  test('nor by anything that chance puts together', async () => {
    const source = make()
    const pieces = [
      'bob',
      'uid',
      '*',
      '(',
      ')',
      '\\',
      '|',
      '&',
      '!',
      '=',
      ',',
      '+',
      '\0',
      '"',
      '#',
      ' ',
      'x',
      '2a',
      ';',
      '<',
      '>',
    ]
    const names = fc.array(fc.constantFrom(...pieces), { minLength: 2, maxLength: 8 }).map((parts) => parts.join(''))
    const hostile = names.filter((name) => name.trim().toLowerCase() !== 'bob')
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        const { outcome } = await login(source, name, passwordOf('bob'))
        expect(['unknown', 'rejected']).toContain(outcome)
      }),
      { numRuns: 200 },
    )
  })
})
