import { describe, expect, test } from 'vitest'
import { describeFollowing } from './session-feed-contract.ts'
import { describeListing } from './session-list-contract.ts'
import { open, type SessionStoreFactory, session, startAll } from './session-store-under-test.ts'

/**
 * Tests that a `SessionStore` keeps its contract. Call it in a test file of Vitest:
 *
 * ```ts
 * import { memorySessions } from 'ostiary'
 * import { sessionStoreContract } from 'ostiary/testing/contracts'
 *
 * sessionStoreContract('memory', ({ clock }) => ({ store: memorySessions({ clock }) }))
 * ```
 */
export function sessionStoreContract(name: string, factory: SessionStoreFactory): void {
  describe(`${name} keeps the contract of session stores`, () => {
    describe('sessions', () => {
      test('a session that has started lives, as it was recorded', async (context) => {
        const { store, now, list, start } = await open(context, factory)
        const record = session({ id: 'one', userName: `O'Brien "%" 😀\\` })
        await start(record)
        expect(await list()).toEqual([record])
        expect(await store.confirm('one', now)).toBe(await store.revision())
      })

      test('a session of unknown origin is kept as one', async (context) => {
        const { list, start } = await open(context, factory)
        const record = session({ clientAddress: null, userAgent: null })
        await start(record)
        expect(await list()).toEqual([record])
      })

      test('a persistent session is kept as one', async (context) => {
        const { list, start } = await open(context, factory)
        await start(session({ id: 'one', persistent: true }))
        expect(await list()).toMatchObject([{ persistent: true }])
      })

      test('confirming a session notes when it was seen, and nothing else', async (context) => {
        const { store, now, list, start } = await open(context, factory)
        const record = session({ id: 'one' })
        await start(record)
        await store.confirm('one', now + 5000)
        expect(await list()).toEqual([{ ...record, lastSeenAt: now + 5000 }])
      })

      test('a session that nobody started does not live', async (context) => {
        const { store, now, start } = await open(context, factory)
        await start(session({ id: 'one' }))
        for (const id of ['two', 'ONE', 'one ', 'on', '', '%', `' or '1'='1`]) {
          expect(await store.confirm(id, now), id).toBeNull()
        }
      })

      test('a session lives until it expires, and not a moment longer', async (context) => {
        const { store, list, start } = await open(context, factory)
        const { expiresAt } = session({})
        await start(session({ id: 'one' }))
        expect(await store.confirm('one', expiresAt - 1)).not.toBeNull()
        expect(await list({ now: expiresAt - 1 })).toHaveLength(1)
        expect(await store.confirm('one', expiresAt)).toBeNull()
        expect(await list({ now: expiresAt })).toEqual([])
      })
    })

    describe('changes', () => {
      test('revoking a session ends that one, until it would have expired', async (context) => {
        const { store, now, change, aliveOf } = await open(context, factory)
        await startAll(store, ['one', 'two'])
        const asked = change('session-revoked', 'one')
        expect(await store.record(asked, now)).toEqual({
          change: { ...asked, until: session({}).expiresAt, revision: await store.revision() },
          ended: 1,
        })
        expect(await aliveOf(['one', 'two'])).toEqual(['two'])
      })

      test('revoking a session twice ends it once', async (context) => {
        const { store, now, change } = await open(context, factory)
        await startAll(store, ['one'])
        await store.record(change('session-revoked', 'one'), now)
        expect(await store.record(change('session-revoked', 'one'), now)).toMatchObject({ ended: 0 })
      })

      test('revoking a session that the store does not know is kept as it was asked for', async (context) => {
        const { store, now, change } = await open(context, factory)
        const asked = change('session-revoked', 'one')
        expect(await store.record(asked, now)).toMatchObject({ change: asked, ended: 0 })
      })

      test('revoking a user ends the sessions of that user, and of nobody with a similar id', async (context) => {
        const { store, now, change, aliveOf, start } = await open(context, factory)
        await start(session({ id: 'one', userId: 'local:1' }))
        await start(session({ id: 'two', userId: 'local:1' }))
        const others = ['local:10', 'local:', 'LOCAL:1', 'local:1 ', 'ldap:1', 'local:%']
        for (const userId of others) await start(session({ id: userId, userId }))
        expect(await store.record(change('user-revoked', 'local:1'), now)).toMatchObject({ ended: 2 })
        expect(await aliveOf(['one', 'two', ...others])).toEqual(others)
      })

      test('revoking all ends all', async (context) => {
        const { store, now, change, list } = await open(context, factory)
        await startAll(store, ['one', 'two', 'three'])
        expect(await store.record(change('all-revoked', null), now)).toMatchObject({ ended: 3 })
        expect(await list()).toEqual([])
      })

      test.for(['user-stale', 'logins-revoked'] as const)('%s ends nothing that lives', async (type, context) => {
        const { store, now, change, aliveOf } = await open(context, factory)
        await startAll(store, ['one', 'two'])
        const asked = change(type, session({}).userId)
        expect(await store.record(asked, now)).toMatchObject({ change: { type }, ended: 0 })
        expect(await aliveOf(['one', 'two'])).toEqual(['one', 'two'])
      })

      test('sessions that had expired do not count as ended', async (context) => {
        const { store, now, change, start } = await open(context, factory)
        await start(session({ id: 'one', expiresAt: now + 1000 }))
        await start(session({ id: 'two' }))
        expect(await store.record(change('all-revoked', null), now + 1000)).toMatchObject({ ended: 1 })
      })

      test('a session whose password was checked after a change lives', async (context) => {
        const { store, now, change, aliveOf, start } = await open(context, factory)
        await store.record(change('user-revoked', session({}).userId), now)
        await store.record(change('logins-revoked', session({}).userId), now)
        await store.record(change('all-revoked', null), now)
        expect(await start(session({ id: 'one' }))).toBe(true)
        expect(await aliveOf(['one'])).toEqual(['one'])
      })

      test.for([
        ['user-revoked', session({}).userId],
        ['logins-revoked', session({}).userId],
        ['all-revoked', null],
      ] as const)(
        '%s ends sessions before they start: those whose password was checked before',
        async ([type, subject], context) => {
          const { store, now, change, list } = await open(context, factory)
          const revision = await store.revision()
          // A later change follows, and by the clocks the session starts after its revocation. Only the revision
          // counts.
          await store.record(change(type, subject), now - 60_000)
          await store.record(change('user-revoked', 'local:other'), now)
          expect(await store.start(session({ id: 'one', startedAt: now + 60_000 }), revision)).toBe(false)
          expect(await list()).toEqual([])
        },
      )

      test('what concerns others, or ends nothing, keeps no session from starting', async (context) => {
        const { store, now, change, aliveOf } = await open(context, factory)
        const revision = await store.revision()
        const { userId } = session({})
        await store.record(change('user-stale', userId), now)
        await store.record(change('session-revoked', 'two'), now)
        for (const other of ['local:other', `${userId} `, userId.toUpperCase(), '%']) {
          await store.record(change('user-revoked', other), now)
          await store.record(change('logins-revoked', other), now)
        }
        expect(await store.start(session({ id: 'one' }), revision)).toBe(true)
        expect(await aliveOf(['one'])).toEqual(['one'])
      })

      test('of a start and a revocation at once, one sees the other', async (context) => {
        const { store, now, change, aliveOf } = await open(context, factory)
        const userIds = Array.from({ length: 30 }, (_, index) => `local:${index}`)
        await Promise.all(
          userIds.map(async (userId, index) => {
            const revision = await store.revision()
            const starting = store.start(session({ id: userId, userId }), revision)
            if (index % 3 === 0) await starting
            await Promise.all([starting, store.record(change('user-revoked', userId), now)])
          }),
        )
        expect(await aliveOf(userIds)).toEqual([])
      })

      test('changes are numbered in their order, whatever the clocks say', async (context) => {
        const { store, now, change } = await open(context, factory)
        let last = await store.revision()
        for (const at of [now, now - 3_600_000, now + 3_600_000, now]) {
          const { revision } = (await store.record(change('user-stale', 'local:1'), at)).change
          expect(revision).toBeGreaterThan(last)
          expect(await store.revision()).toBe(revision)
          expect(Number.isSafeInteger(revision)).toBe(true)
          last = revision
        }
      })

      test('confirming a session tells of the changes before, not of those to come', async (context) => {
        const { store, now, change, start } = await open(context, factory)
        await start(session({ id: 'one' }))
        const confirmed = await store.confirm('one', now)
        const { revision } = (await store.record(change('user-stale', session({}).userId), now)).change
        expect(confirmed).toBeLessThan(revision)
        expect(await store.confirm('one', now)).toBe(revision)
      })

      test('changes that are recorded at once end each session once', async (context) => {
        const { store, now, change } = await open(context, factory)
        await startAll(store, ['one', 'two', 'three'])
        const recorded = await Promise.all(
          Array.from({ length: 20 }, () => store.record(change('user-revoked', session({}).userId), now)),
        )
        expect(recorded.reduce((sum, { ended }) => sum + ended, 0)).toBe(3)
      })
    })

    describeListing(factory)

    describeFollowing(factory)
  })
}
