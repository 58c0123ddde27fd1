import type { Clock } from '../clock.ts'
import {
  endsSessions,
  type NewSessionChange,
  type RecordedChange,
  type SessionChange,
  type SessionRecord,
  type SessionStore,
} from './session-store.ts'

/**
 * A session store in the memory of this process: for tests, and for a single process that may lose all sessions when it
 * ends.
 *
 * Cookies of an earlier process are refused from the first request on. Why: their revocations are lost.
 *
 * ```ts
 * import { createAuth, memorySessions } from 'ostiary'
 *
 * const auth = createAuth({ roles: [], sources: [], sessions: { store: memorySessions() } })
 * ```
 */
export function memorySessions({ clock = Date.now }: { readonly clock?: Clock } = {}): SessionStore {
  const records = new Map<string, SessionRecord>()
  const followers = new Set<(changes: readonly SessionChange[]) => void>()
  // Begins with the clock. Why: the revisions of an earlier process are lower.
  let revision = Math.max(1, clock() * 1000)
  let changes: SessionChange[] = [{ type: 'all-revoked', subject: null, revision, until: Number.POSITIVE_INFINITY }]
  let forgetAt = 0

  /** Removes expired records and changes, at intervals. Why: both may be many, too many to look at in every login. */
  function forgetExpired(now: number): void {
    if (now < forgetAt) return
    forgetAt = now + FORGET_EVERY_MS
    for (const [id, { expiresAt }] of records) if (expiresAt <= now) records.delete(id)
    changes = changes.filter((change) => change.until > now)
  }

  /** Returns the records that a change may concern. Why: a logout looks at its own session only, so that it is fast. */
  function candidates({ type, subject }: NewSessionChange): SessionRecord[] {
    if (type !== 'session-revoked') return [...records.values()]
    return [records.get(subject)].filter((record) => record !== undefined)
  }

  return {
    name: 'memory',
    shared: false,

    revision: async () => revision,

    async start(record, revision) {
      forgetExpired(record.startedAt)
      for (let last = changes.length - 1; last >= 0; last -= 1) {
        const change = changes[last]
        if (!change || change.revision <= revision) break
        if (overtakes(record.userId, change)) return false
      }
      records.set(record.id, Object.freeze({ ...record }))
      return true
    },

    async confirm(sessionId, at) {
      const record = records.get(sessionId)
      if (!record || record.expiresAt <= at) return null
      records.set(sessionId, Object.freeze({ ...record, lastSeenAt: at }))
      return revision
    },

    async record(change, now): Promise<RecordedChange> {
      forgetExpired(now)
      const concerned = candidates(change).filter((record) => record.expiresAt > now && isConcerned(record, change))
      revision += 1
      const until = change.type === 'session-revoked' ? (concerned[0]?.expiresAt ?? change.until) : change.until
      const recorded = { ...change, until, revision }
      changes.push(recorded)
      if (endsSessions(change)) for (const { id } of concerned) records.delete(id)
      for (const follower of followers) follower([recorded])
      return { change: recorded, ended: endsSessions(change) ? concerned.length : 0 }
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

/** Tells whether a change refuses a new session of the user. */
function overtakes(userId: string, { type, subject }: SessionChange): boolean {
  return type === 'all-revoked' || ((type === 'user-revoked' || type === 'logins-revoked') && subject === userId)
}
