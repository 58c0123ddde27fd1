import type { Clock } from '../clock.ts'
import type { RecordedChange, SessionChange, SessionRecord, SessionStore } from './session-store.ts'

/**
 * Sessions in the memory of this process: for tests, and for one process that may forget them all when it ends.
 *
 * Cookies of an earlier process are refused from the first request on, since nobody knows which of them were revoked.
 */
export function memorySessions({ clock = Date.now }: { readonly clock?: Clock } = {}): SessionStore {
  const records = new Map<string, SessionRecord>()
  const followers = new Set<(changes: readonly SessionChange[]) => void>()
  const beforeUs: SessionChange = { type: 'all-revoked', subject: null, at: clock(), until: Number.POSITIVE_INFINITY }
  let changes: SessionChange[] = [beforeUs]
  let forgetAt = 0

  /** Not at every login: there may be many of either. */
  function forgetExpired(now: number): void {
    if (now < forgetAt) return
    forgetAt = now + FORGET_EVERY_MS
    for (const [id, { expiresAt }] of records) if (expiresAt <= now) records.delete(id)
    changes = changes.filter((change) => change.until > now)
  }

  return {
    name: 'memory',

    async start(record) {
      forgetExpired(record.startedAt)
      records.set(record.id, record)
    },

    async confirm(sessionId, at) {
      const record = records.get(sessionId)
      if (!record || record.expiresAt <= at) return false
      records.set(sessionId, { ...record, lastSeenAt: at })
      return true
    },

    async record(change, now): Promise<RecordedChange> {
      forgetExpired(now)
      const concerned = [...records.values()].filter((record) => record.expiresAt > now && isConcerned(record, change))
      const recorded = adjust(change, concerned)
      changes.push(recorded)
      if (change.type !== 'user-stale') for (const { id } of concerned) records.delete(id)
      for (const follower of followers) follower([recorded])
      return { change: recorded, ended: change.type === 'user-stale' ? 0 : concerned.length }
    },

    async *list({ userId, now }) {
      const living = [...records.values()].filter(
        (record) => record.expiresAt > now && (userId === undefined || record.userId === userId),
      )
      // A session starts when its login was tried, so those of slow logins come in late.
      yield* living.sort((a, b) => a.startedAt - b.startedAt)
    },

    async follow(listener) {
      listener(changes.filter((change) => change.until > clock()))
      followers.add(listener)
      return async () => void followers.delete(listener)
    },
  }
}

const FORGET_EVERY_MS = 60_000

function isConcerned(record: SessionRecord, { type, subject }: SessionChange): boolean {
  if (type === 'all-revoked') return true
  return subject === (type === 'session-revoked' ? record.id : record.userId)
}

/** As {@link SessionStore.record} promises. */
function adjust(change: SessionChange, concerned: readonly SessionRecord[]): SessionChange {
  if (change.type === 'session-revoked') return { ...change, until: concerned[0]?.expiresAt ?? change.until }
  const latest = concerned.map((record) => (change.type === 'user-stale' ? record.lastSeenAt : record.startedAt))
  return { ...change, at: latest.reduce((a, b) => Math.max(a, b), change.at) }
}
