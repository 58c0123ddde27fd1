import { describe, expect, test } from 'vitest'
import { open, type SessionStoreFactory, session, startAll } from './session-store-under-test.ts'

/** Tests the list of sessions of a `SessionStore`. */
export function describeListing(factory: SessionStoreFactory): void {
  describe('the list', () => {
    test('has the oldest first, in whatever order they came in', async (context) => {
      const { store, now, list, start } = await open(context, factory)
      for (const age of [2, 5, 1, 4, 3]) await start(session({ id: `${age}`, startedAt: now - age * 1000 }))
      await store.confirm('5', now)
      expect((await list()).map(({ id }) => id)).toEqual(['5', '4', '3', '2', '1'])
    })

    test('can be that of one user', async (context) => {
      const { list, start } = await open(context, factory)
      await start(session({ id: 'one', userId: 'local:1' }))
      await start(session({ id: 'two', userId: 'local:10' }))
      expect((await list({ userId: 'local:1' })).map(({ id }) => id)).toEqual(['one'])
      expect(await list({ userId: 'local:%' })).toEqual([])
    })

    test('has each of many sessions once, though many started at the same moment', async (context) => {
      const { now, list, start } = await open(context, factory)
      const ids = Array.from({ length: 1200 }, (_, index) => `session-${index}`)
      // Three moments, each with more sessions than a page is likely to have.
      for (const [index, id] of ids.entries()) {
        const userId = index < 1100 ? 'local:busy' : 'local:other'
        await start(session({ id, userId, startedAt: now - (index % 3) }))
      }
      const all = await list()
      expect(all.map(({ id }) => id).sort()).toEqual(ids.toSorted())
      expect(all.map(({ startedAt }) => startedAt)).toEqual(all.map(({ startedAt }) => startedAt).sort((a, b) => a - b))
      expect(await list({ userId: 'local:busy' })).toHaveLength(1100)
    }, 60_000)

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
}
