import { describe, expect, test, vi } from 'vitest'
import type { SessionChange } from '../sessions/session-store.ts'
import { open, type SessionStoreFactory, session, startAll } from './session-store-under-test.ts'

/** Tests the part of the contract of session stores that tells followers about changes. */
export function describeFollowing(factory: SessionStoreFactory): void {
  describe('followers', () => {
    test('first hear all that still matters', async (context) => {
      const { store, now, change, follow } = await open(context, factory)
      await startAll(store, ['one'])
      await store.record(change('session-revoked', 'one'), now)
      await store.record(change('user-revoked', 'local:1'), now)
      await store.record(change('user-stale', 'local:2'), now)
      const { heard } = await follow(store)
      const { expiresAt } = session({})
      expect(heard).toContainEqual({ ...change('session-revoked', 'one'), until: expiresAt })
      expect(heard).toContainEqual(change('user-revoked', 'local:1'))
      expect(heard).toContainEqual(change('user-stale', 'local:2'))
    })

    test('do not hear what matters no more', async (context) => {
      const { store, clock, now, change, follow } = await open(context, factory)
      await store.record({ ...change('user-revoked', 'local:1'), until: now + 1000 }, now)
      await store.record({ ...change('user-revoked', 'local:2'), until: now + 1001 }, now)
      clock.advance('1s')
      const { heard } = await follow(store)
      expect(heard.map(({ subject }) => subject)).not.toContain('local:1')
      expect(heard.map(({ subject }) => subject)).toContain('local:2')
    })

    test('then hear what comes, all of them', async (context) => {
      const { store, now, change, follow } = await open(context, factory)
      const followers = [await follow(store), await follow(store)]
      await store.record(change('user-stale', 'local:1'), now)
      await store.record(change('all-revoked', null), now)
      for (const { heard } of followers) {
        await eventually(() => {
          expect(heard).toContainEqual(change('user-stale', 'local:1'))
          expect(heard).toContainEqual(change('all-revoked', null))
        })
      }
    })

    test('hear the numbers of the changes', async (context) => {
      const { store, now, change, follow } = await open(context, factory)
      const before = (await store.record(change('user-stale', 'local:1'), now)).change.revision
      const { sequences } = await follow(store)
      const after = (await store.record(change('all-revoked', null), now)).change.revision
      await eventually(() => expect(sequences).toEqual(expect.arrayContaining([before, after])))
    })

    test('hear nothing more once they have left', async (context) => {
      const { store, now, change, follow } = await open(context, factory)
      const leaving = await follow(store)
      const staying = await follow(store)
      await leaving.stop()
      await store.record(change('user-stale', 'local:1'), now)
      await eventually(() => expect(staying.heard).toContainEqual(change('user-stale', 'local:1')))
      expect(leaving.heard.map(({ subject }) => subject)).not.toContain('local:1')
    })

    test('have a list of their own: what is delivered does not change afterwards', async (context) => {
      const { store, now, change } = await open(context, factory)
      const delivered: (readonly SessionChange[])[] = []
      const stop = await store.follow((changes) => void delivered.push(changes))
      context.onTestFinished(stop)
      const before = delivered.map((changes) => changes.length)
      await store.record(change('user-stale', 'local:1'), now)
      expect(delivered.slice(0, before.length).map((changes) => changes.length)).toEqual(before)
    })
  })

  describe('another process', () => {
    test('sees the sessions of this one, and may end them', async (context) => {
      const { store, now, change, openAnother, start } = await open(context, factory)
      if (!openAnother) return context.skip('this store is that of one process')
      const another = await openAnother()
      await start(session({ id: 'one' }))
      expect(await another.confirm('one', now)).not.toBeNull()
      expect(await another.record(change('session-revoked', 'one'), now)).toMatchObject({ ended: 1 })
      expect(await store.confirm('one', now)).toBeNull()
    })

    test('hears what this one has recorded before, and what comes', async (context) => {
      const { store, now, change, follow, openAnother } = await open(context, factory)
      if (!openAnother) return context.skip('this store is that of one process')
      await store.record(change('user-revoked', 'local:1'), now)
      const { heard } = await follow(await openAnother())
      expect(heard).toContainEqual(change('user-revoked', 'local:1'))
      await store.record(change('all-revoked', null), now)
      await eventually(() => expect(heard).toContainEqual(change('all-revoked', null)))
    })

    test('loses no change, though all are recorded at once', async (context) => {
      const { store, now, change, follow, openAnother } = await open(context, factory)
      if (!openAnother) return context.skip('this store is that of one process')
      const another = await openAnother()
      const here = await follow(store)
      const there = await follow(another)
      const ids = Array.from({ length: 50 }, (_, index) => `local:${index}`)
      await Promise.all(ids.map((id, index) => (index % 2 ? store : another).record(change('user-stale', id), now)))
      for (const { heard } of [here, there]) {
        await eventually(() => expect(heard.map(({ subject }) => subject)).toEqual(expect.arrayContaining(ids)))
      }
    })
  })
}

/** The interface promises a second. The tests wait longer, because a test machine may be busy. */
function eventually(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, { timeout: 10_000, interval: 20 })
}
