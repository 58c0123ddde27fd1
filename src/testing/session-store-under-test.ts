import type { TestContext } from 'vitest'
import type { Clock } from '../clock.ts'
import type { NewSessionChange, SessionChange, SessionRecord, SessionStore } from '../sessions/session-store.ts'
import { fixedClock } from './fixed-clock.ts'

/** A fresh, empty store. */
export interface SessionStoreUnderTest {
  readonly store: SessionStore
  /**
   * Opens a second store on the same sessions, as in another process. When it is missing, the tests of two processes
   * are skipped.
   */
  openAnother?(): SessionStore | Promise<SessionStore>
  /** Removes everything that the factory made. Following has ended by then. */
  teardown?(): void | Promise<void>
}

/** Makes a store. Called once for every test, with the clock for the store. */
export type SessionStoreFactory = (given: {
  readonly clock: Clock
}) => SessionStoreUnderTest | Promise<SessionStoreUnderTest>

/** Opens a fresh store for one test, with the helpers of the contract's tests. */
export async function open(context: Pick<TestContext, 'onTestFinished'>, factory: SessionStoreFactory) {
  const clock = fixedClock(OPENED_AT)
  const made = await factory({ clock })
  const { store } = made
  context.onTestFinished(async () => made.teardown?.())
  await store.ready?.()
  clock.advance('1m')

  async function list(query: { userId?: string; now?: number } = {}): Promise<SessionRecord[]> {
    const records: SessionRecord[] = []
    for await (const record of store.list({ now: NOW, ...query })) records.push(record)
    return records
  }

  return {
    store,
    clock,
    now: NOW,
    list,

    /** Opens another store on the same sessions. Undefined when the factory has no `openAnother`. */
    openAnother: made.openAnother && (() => openReady(made.openAnother?.bind(made))),

    /** Returns a change that is made now. */
    change: <T extends NewSessionChange['type']>(type: T, subject: string | null) =>
      ({ type, subject, until: NOW + 30 * DAY }) as NewSessionChange,

    /** Starts a session whose password has just been checked. */
    start: (record: SessionRecord) => startNow(store, record),

    async aliveOf(ids: readonly string[]): Promise<string[]> {
      const confirmed = await Promise.all(ids.map((id) => store.confirm(id, NOW)))
      return ids.filter((_, index) => confirmed[index] !== null)
    },

    /** Follows a store until the test is over. */
    async follow(followed: SessionStore) {
      const heard: NewSessionChange[] = []
      const sequences: number[] = []
      const stop = await followed.follow((changes: readonly SessionChange[]) => {
        for (const { revision, ...change } of changes) {
          heard.push(change)
          sequences.push(revision)
        }
      })
      context.onTestFinished(stop)
      return { heard, sequences, stop }
    },
  }
}

/** Returns a session that started now and lasts for twelve hours, with the given fields replaced. */
export function session(given: Partial<SessionRecord>): SessionRecord {
  const startedAt = given.startedAt ?? NOW
  return {
    id: 'session',
    userId: 'local:7b0c1c0e-66a5-4d8a-a2d5-0a4d9c9a3c11',
    userName: 'Anna',
    startedAt,
    lastSeenAt: startedAt,
    expiresAt: NOW + DAY / 2,
    persistent: false,
    clientAddress: '2001:db8::1',
    userAgent: 'Mozilla/5.0',
    ...given,
  }
}

export async function startAll(store: SessionStore, ids: readonly string[]): Promise<void> {
  for (const id of ids) await startNow(store, session({ id }))
}

async function startNow(store: SessionStore, record: SessionRecord): Promise<boolean> {
  return store.start(record, await store.revision())
}

const DAY = 24 * 3_600_000
/** Time when the store is opened. Sessions start later, because a store may refuse everything from before its time. */
const OPENED_AT = Date.UTC(2030, 0, 1, 12)
const NOW = OPENED_AT + 60_000

async function openReady(open: (() => SessionStore | Promise<SessionStore>) | undefined): Promise<SessionStore> {
  if (!open) throw new Error('There can be no other store.')
  const store = await open()
  await store.ready?.()
  return store
}
