import { describe, expect, test } from 'vitest'
import { describeFollowing } from './session-feed-contract.ts'
import { open, type SessionStoreFactory, session, startAll } from './session-store-under-test.ts'

/**
 * What every `SessionStore` must do, as a suite of tests. Call it in a test file:
 *
 * ```ts
 * sessionStoreContract('memory', ({ clock }) => ({ store: memorySessions({ clock }) }))
 * ```
 */
export function sessionStoreContract(name: string, factory: SessionStoreFactory): void {
  describe(`${name} keeps the contract of session stores`, () => {
    describe('sessions', () => {
      test('a session that has started lives, as it was recorded', async (context) => {
        const { store, now, list } = await open(context, factory)
        const record = session({ id: 'one', userName: `O'Brien "%" 😀\\` })
        await store.start(record)
        expect(await list()).toEqual([record])
        expect(await store.confirm('one', now)).toBe(true)
      })

      test('a persistent session is kept as one', async (context) => {
        const { store, list } = await open(context, factory)
        await store.start(session({ id: 'one', persistent: true }))
        expect(await list()).toMatchObject([{ persistent: true }])
      })

      test('confirming a session notes when it was seen, and nothing else', async (context) => {
        const { store, now, list } = await open(context, factory)
        const record = session({ id: 'one' })
        await store.start(record)
        await store.confirm('one', now + 5000)
        expect(await list()).toEqual([{ ...record, lastSeenAt: now + 5000 }])
      })

      test('a session that nobody started does not live', async (context) => {
        const { store, now } = await open(context, factory)
        await store.start(session({ id: 'one' }))
        for (const id of ['two', 'ONE', 'one ', 'on', '', '%', `' or '1'='1`]) {
          expect(await store.confirm(id, now), id).toBe(false)
        }
      })

      test('a session lives until it expires, and not a moment longer', async (context) => {
        const { store, list } = await open(context, factory)
        const { expiresAt } = session({})
        await store.start(session({ id: 'one' }))
        expect(await store.confirm('one', expiresAt - 1)).toBe(true)
        expect(await list({ now: expiresAt - 1 })).toHaveLength(1)
        expect(await store.confirm('one', expiresAt)).toBe(false)
        expect(await list({ now: expiresAt })).toEqual([])
      })
    })

    describe('changes', () => {
      test('revoking a session ends that one, until it would have expired', async (context) => {
        const { store, now, change, aliveOf } = await open(context, factory)
        await startAll(store, ['one', 'two'])
        const asked = change('session-revoked', 'one')
        expect(await store.record(asked, now)).toEqual({ change: { ...asked, until: session({}).expiresAt }, ended: 1 })
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
        expect(await store.record(asked, now)).toEqual({ change: asked, ended: 0 })
      })

      test('revoking a user ends the sessions of that user, and of nobody with a similar id', async (context) => {
        const { store, now, change, aliveOf } = await open(context, factory)
        await store.start(session({ id: 'one', userId: 'local:1' }))
        await store.start(session({ id: 'two', userId: 'local:1' }))
        const others = ['local:10', 'local:', 'LOCAL:1', 'local:1 ', 'ldap:1', 'local:%']
        for (const userId of others) await store.start(session({ id: userId, userId }))
        expect(await store.record(change('user-revoked', 'local:1'), now)).toMatchObject({ ended: 2 })
        expect(await aliveOf(['one', 'two', ...others])).toEqual(others)
      })

      test('revoking all ends all', async (context) => {
        const { store, now, change, list } = await open(context, factory)
        await startAll(store, ['one', 'two', 'three'])
        expect(await store.record(change('all-revoked', null), now)).toMatchObject({ ended: 3 })
        expect(await list()).toEqual([])
      })

      test('an account that has changed ends nothing', async (context) => {
        const { store, now, change, aliveOf } = await open(context, factory)
        await startAll(store, ['one', 'two'])
        const asked = change('user-stale', session({}).userId)
        expect(await store.record(asked, now)).toMatchObject({ change: { type: 'user-stale' }, ended: 0 })
        expect(await aliveOf(['one', 'two'])).toEqual(['one', 'two'])
      })

      test('sessions that had expired do not count as ended', async (context) => {
        const { store, now, change } = await open(context, factory)
        await store.start(session({ id: 'one', expiresAt: now + 1000 }))
        await store.start(session({ id: 'two' }))
        expect(await store.record(change('all-revoked', null), now + 1000)).toMatchObject({ ended: 1 })
      })

      test('a session that is started after a change lives', async (context) => {
        const { store, now, change, aliveOf } = await open(context, factory)
        await store.record(change('user-revoked', session({}).userId), now)
        await store.start(session({ id: 'one', startedAt: now + 1 }))
        expect(await aliveOf(['one'])).toEqual(['one'])
      })

      test.for([
        ['user-revoked', session({}).userId],
        ['all-revoked', null],
      ] as const)('%s reaches sessions of a node whose clock is ahead', async ([type, subject], context) => {
        const { store, now, change } = await open(context, factory)
        await store.start(session({ id: 'one', startedAt: now + 30_000, lastSeenAt: now + 90_000 }))
        await store.start(session({ id: 'two', startedAt: now - 30_000 }))
        const asked = change(type, subject)
        expect(await store.record(asked, now)).toEqual({ change: { ...asked, at: now + 30_000 }, ended: 2 })
      })

      test('user-stale reaches sessions that were confirmed on a node whose clock is ahead', async (context) => {
        const { store, now, change } = await open(context, factory)
        await store.start(session({ id: 'one' }))
        await store.confirm('one', now + 30_000)
        const asked = change('user-stale', session({}).userId)
        expect((await store.record(asked, now)).change).toEqual({ ...asked, at: now + 30_000 })
      })

      test('what another user does moves nothing', async (context) => {
        const { store, now, change } = await open(context, factory)
        await store.start(session({ id: 'one', userId: 'local:other', startedAt: now + 30_000 }))
        for (const type of ['user-revoked', 'user-stale'] as const) {
          const asked = change(type, session({}).userId)
          expect((await store.record(asked, now)).change).toEqual(asked)
        }
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

    describe('the list', () => {
      test('has the oldest first, in whatever order they came in', async (context) => {
        const { store, now, list } = await open(context, factory)
        for (const age of [2, 5, 1, 4, 3]) await store.start(session({ id: `${age}`, startedAt: now - age * 1000 }))
        await store.confirm('5', now)
        expect((await list()).map(({ id }) => id)).toEqual(['5', '4', '3', '2', '1'])
      })

      test('can be that of one user', async (context) => {
        const { store, list } = await open(context, factory)
        await store.start(session({ id: 'one', userId: 'local:1' }))
        await store.start(session({ id: 'two', userId: 'local:10' }))
        expect((await list({ userId: 'local:1' })).map(({ id }) => id)).toEqual(['one'])
        expect(await list({ userId: 'local:%' })).toEqual([])
      })

      test('has each of many sessions once, though many started at the same moment', async (context) => {
        const { store, now, list } = await open(context, factory)
        const ids = Array.from({ length: 1200 }, (_, index) => `session-${index}`)
        // Three moments, each longer than a page is likely to be.
        for (const [index, id] of ids.entries()) {
          const userId = index < 1100 ? 'local:busy' : 'local:other'
          await store.start(session({ id, userId, startedAt: now - (index % 3) }))
        }
        const all = await list()
        expect(all.map(({ id }) => id).sort()).toEqual(ids.toSorted())
        expect(all.map(({ startedAt }) => startedAt)).toEqual(
          all.map(({ startedAt }) => startedAt).sort((a, b) => a - b),
        )
        expect(await list({ userId: 'local:busy' })).toHaveLength(1100)
      })

      test('can be left in the middle, and read while sessions end', async (context) => {
        const { store, now, change, list } = await open(context, factory)
        await startAll(store, ['one', 'two', 'three'])
        const seen: string[] = []
        for await (const { id } of store.list({ now })) {
          seen.push(id)
          await store.record(change('session-revoked', id), now)
          if (seen.length === 2) break
        }
        expect(new Set(seen).size).toBe(2)
        expect(await list()).toHaveLength(1)
      })
    })

    describeFollowing(factory)
  })
}
