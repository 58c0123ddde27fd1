import type { Clock } from '../clock.ts'
import type { NewSessionChange, RecordedChange, SessionChange, SessionRecord, SessionStore } from './session-store.ts'

/**
 * Sessions in the memory of this process: for tests, and for one process that may forget them all when it ends.
 *
 * Cookies of an earlier process are refused from the first request on, since nobody knows which of them were revoked.
 */
export function memorySessions({ clock = Date.now }: { readonly clock?: Clock } = {}): SessionStore {
  const records = new Map<string, SessionRecord>()
  const followers = new Set<(changes: readonly SessionChange[]) => void>()
  // By the clock, so that the numbers of an earlier process are lower.
  let sequence = Math.max(1, clock() * 1000)
  let changes: SessionChange[] = [{ type: 'all-revoked', subject: null, sequence, until: Number.POSITIVE_INFINITY }]
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

    position: async () => sequence,

    async start(record, position) {
      forgetExpired(record.startedAt)
      for (let last = changes.length - 1; last >= 0; last -= 1) {
        const change = changes[last]
        if (!change || change.sequence <= position) break
        if (endsAllOf(record.userId, change)) return false
      }
      records.set(record.id, record)
      return true
    },

    async confirm(sessionId, at) {
      const record = records.get(sessionId)
      if (!record || record.expiresAt <= at) return null
      records.set(sessionId, { ...record, lastSeenAt: at })
      return sequence
    },

    async record(change, now): Promise<RecordedChange> {
      forgetExpired(now)
      const concerned = [...records.values()].filter((record) => record.expiresAt > now && isConcerned(record, change))
      sequence += 1
      const until = change.type === 'session-revoked' ? (concerned[0]?.expiresAt ?? change.until) : change.until
      const recorded = { ...change, until, sequence }
      changes.push(recorded)
      if (change.type !== 'user-stale') for (const { id } of concerned) records.delete(id)
      for (const follower of followers) follower([recorded])
      return { change: recorded, ended: change.type === 'user-stale' ? 0 : concerned.length }
    },

    async *list({ userId, now }) {
      const living = [...records.values()].filter(
        (record) => record.expiresAt > now && (userId === undefined || record.userId === userId),
      )
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

function isConcerned(record: SessionRecord, { type, subject }: NewSessionChange): boolean {
  if (type === 'all-revoked') return true
  return subject === (type === 'session-revoked' ? record.id : record.userId)
}

function endsAllOf(userId: string, { type, subject }: SessionChange): boolean {
  return type === 'all-revoked' || (type === 'user-revoked' && subject === userId)
}
