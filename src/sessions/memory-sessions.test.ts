import { expect, test } from 'vitest'
import { fixedClock } from '../testing/fixed-clock.ts'
import { sessionStoreContract } from '../testing/session-store-contract.ts'
import { memorySessions } from './memory-sessions.ts'
import type { SessionChange, SessionRecord } from './session-store.ts'

sessionStoreContract('the memory of a process', ({ clock }) => ({ store: memorySessions({ clock }) }))

test('whoever follows hears first that all sessions of earlier processes have ended', async () => {
  const clock = fixedClock()
  const store = memorySessions({ clock })
  clock.advance('3650d')
  const heard: SessionChange[] = []
  await store.follow((changes) => void heard.push(...changes))
  expect(heard).toEqual([
    { type: 'all-revoked', subject: null, revision: fixedClock()() * 1000, until: Number.POSITIVE_INFINITY },
  ])
})

test('sessions that have expired are forgotten in the end', async () => {
  const clock = fixedClock()
  const store = memorySessions({ clock })
  const record: SessionRecord = {
    id: 'one',
    userId: 'local:1',
    userName: 'Anna',
    startedAt: clock(),
    lastSeenAt: clock(),
    expiresAt: clock() + 1000,
    persistent: false,
    clientAddress: null,
    userAgent: null,
  }
  const revision = await store.revision()
  await store.start(record, revision)
  await store.start({ ...record, id: 'two', startedAt: clock() + 60_000, expiresAt: clock() + 90_000 }, revision)
  const kept: string[] = []
  // Asked about the past, when it was alive.
  for await (const { id } of store.list({ now: clock() })) kept.push(id)
  expect(kept).toEqual(['two'])
})
