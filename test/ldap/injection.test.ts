import fc from 'fast-check'
import type { UserSource } from 'ostiary'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { injections, randomInjections } from '../injections/names.ts'
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
  ...injections('bob'),
  ...[
    dnOf('bob'),
    `bob,${PEOPLE}`,
    `bob\\,${PEOPLE}`,
    `cn=service,${BASE}`,
    'service',
    'ldap:///bob',
    'bob@example.org',
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

test('there are enough of them', () => expect(new Set(INJECTIONS).size).toBeGreaterThan(150))

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
    await fc.assert(
      fc.asyncProperty(randomInjections('bob'), async (name) => {
        const { outcome } = await login(source, name, passwordOf('bob'))
        expect(['unknown', 'rejected']).toContain(outcome)
      }),
      { numRuns: 200 },
    )
  })
})
