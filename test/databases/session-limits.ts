import { createAuth, defineUserSource, generateSecret } from 'ostiary'
import { sqlSessions } from 'ostiary/sql'
import { testRequest } from 'ostiary/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type DatabaseServer, freshFor } from './database-server.ts'

const REQUEST = testRequest({ clientAddress: '192.0.2.7' })
const FORM = { username: 'anna', password: 'any', persistent: false, next: undefined, fields: {} }

/** How many sessions a user may have, though logins come at once and to several processes. */
export function describeSessionLimits(server: DatabaseServer): void {
  describe(`a limit of sessions on ${server.name}`, () => {
    async function nodes(count: number, beyond: 'end-oldest' | 'refuse') {
      const { open } = await freshFor(server)
      const secret = generateSecret()
      return Promise.all(
        Array.from({ length: count }, async () => {
          const store = sqlSessions(open(), { pollEvery: '20ms' })
          const auth = createAuth({
            roles: [],
            sources: [defineUserSource('kiosk', async ({ username }) => ({ name: username }))],
            sessions: { store, secret, perUser: { most: 5, beyond } },
            // Twenty at once are more attempts than it lets through.
            throttle: false,
            audit: { record() {} },
          })
          onTestFinished(() => auth.close())
          await auth.ready()
          return auth
        }),
      )
    }

    test.each([
      ['end-oldest', 20],
      ['refuse', 5],
    ] as const)('%s leaves five of 20 logins at once', async (beyond, signedIn) => {
      const [auth] = await nodes(1, beyond)
      if (!auth) throw new Error('There is none.')
      await auth.signIn({ ...FORM, username: 'bert' }, REQUEST, null)
      const results = await Promise.all(Array.from({ length: 20 }, () => auth.signIn(FORM, REQUEST, null)))
      const left = await Array.fromAsync(auth.sessions.list({ userId: 'kiosk:anna' }))
      expect(left).toHaveLength(5)
      expect(results.filter(({ outcome }) => outcome === 'signed-in')).toHaveLength(signedIn)
      expect(results.map(({ outcome }) => outcome)).not.toContain('unavailable')
      expect(await Array.fromAsync(auth.sessions.list({ userId: 'kiosk:bert' }))).toHaveLength(1)
    })

    test.each(['end-oldest', 'refuse'] as const)(
      '%s leaves no more than five of 20 logins at once on two nodes',
      async (beyond) => {
        const auths = await nodes(2, beyond)
        const results = await Promise.all(
          Array.from({ length: 10 }, () => auths.map((auth) => auth.signIn(FORM, REQUEST, null))).flat(),
        )
        const left = await Array.fromAsync((auths[0] as (typeof auths)[0]).sessions.list())
        expect(left.length).toBeLessThanOrEqual(5)
        const signedIn = results.flatMap((result) => (result.outcome === 'signed-in' ? result.session.id : []))
        for (const { id } of left) expect(signedIn).toContain(id)
        if (beyond === 'refuse') expect(left).toHaveLength(signedIn.length)
        else expect(left).toHaveLength(5)
      },
    )
  })
}
