import type { Kysely, Selectable } from 'kysely'
import type { Clock } from '../clock.ts'
import { reasonOf } from '../reason-of.ts'
import { withDeadline } from '../resilience/deadline.ts'
import type { SessionChange } from '../sessions/session-store.ts'
import { warn } from '../warn.ts'
import { nextChange } from './change-sequence.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

interface PollOptions {
  /** Listens for notifications of the server, where the server sends them. */
  readonly listen: Database['listen']
  readonly pollEveryMs: number
  readonly clock: Clock
  readonly listener: (changes: readonly SessionChange[]) => void
  readonly onConnected: ((connected: boolean) => void) | undefined
}

/**
 * Delivers all changes that still matter, then polls for new ones until the returned function is called.
 *
 * The timers let the process end. A poll that fails or hangs causes one warning for each outage, and a later poll
 * catches up.
 */
export async function pollChanges(
  db: Kysely<Schema>,
  { listen, pollEveryMs, clock, listener, onConnected }: PollOptions,
): Promise<() => Promise<void>> {
  let last = 0
  let stopped = false
  let failing = false
  let listening = false
  let busy = false
  let again = false
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
  let pruning: Promise<void> = Promise.resolve()
  let pruneAt = clock() + PRUNE_EVERY_MS

  async function deliverNew(): Promise<void> {
    for (;;) {
      const rows = await db
        .selectFrom('ostiary_session_change')
        .selectAll()
        .where('sequence', '>', last)
        .where('until', '>', clock())
        .orderBy('sequence')
        .limit(BATCH)
        .execute()
      if (rows.length > 0) listener(rows.map(toChange))
      last = rows.at(-1)?.sequence ?? last
      if (rows.length < BATCH) return
    }
  }

  function deaf(reason: string): void {
    if (failing || stopped) return
    failing = true
    warn('OSTIARY_SESSION_FEED', `The database does not tell of changed sessions: ${reason}`)
    onConnected?.(false)
  }

  async function look(): Promise<void> {
    busy = true
    again = false
    const delivering = deliverNew()
    // A look that is late goes on, and what it finds still counts.
    const inTime = withDeadline({ ms: DEAF_AFTER_MS, background: true }, () => delivering)
    inTime.catch((cause) => deaf(reasonOf(cause)))
    try {
      await delivering
      if (failing && !stopped) onConnected?.(true)
      failing = false
      pruneNowAndThen()
    } catch (cause) {
      deaf(reasonOf(cause))
    } finally {
      busy = false
    }
    if (!stopped) schedule()
  }

  /**
   * Polls at once, or after the running poll. Why: a notification during a poll may be about a change that this poll
   * missed.
   */
  function lookNow(): void {
    if (busy) again = true
    else if (!stopped) schedule(0)
  }

  /**
   * Prunes at intervals, beside the polls, so that polls go on meanwhile. The next run deletes the rows that this one
   * failed to delete.
   */
  function pruneNowAndThen(): void {
    if (clock() < pruneAt) return
    pruneAt = clock() + PRUNE_EVERY_MS
    pruning = prune(db, clock()).catch(() => {})
  }

  function schedule(afterMs = again ? 0 : listening ? HEARTBEAT_MS : pollEveryMs): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      looking = look()
    }, afterMs).unref()
  }

  await prune(db, clock())
  await deliverNew()
  schedule()
  const stopListening = listen?.(CHANGES_CHANNEL, {
    onNotice: lookNow,
    onListening(now) {
      listening = now
    },
  })
  return async () => {
    stopped = true
    stopListening?.()
    clearTimeout(timer)
    // Waits only while the database answers, so that a hanging database cannot delay the end.
    if (!failing) await Promise.all([looking, pruning])
  }
}

/** The channel on which PostgreSQL notifies of changes. */
export const CHANGES_CHANNEL = 'ostiary_session_change'

/** Milliseconds between polls while notifications arrive. Why: a dead connection is as silent as a quiet one. */
const HEARTBEAT_MS = 1000
/** The longest time in milliseconds before a hanging poll is reported. */
const DEAF_AFTER_MS = 2000
const BATCH = 5000
const PRUNE_EVERY_MS = 10 * 60_000
const DAY_MS = 86_400_000

/**
 * Deletes rows that expired at least a day ago. Why a day: a process whose clock is hours ahead would delete rows that
 * others still need.
 */
async function prune(db: Kysely<Schema>, now: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    // The lock of the counter. Without it, two processes that delete many sessions in different order would deadlock.
    await nextChange(transaction, now)
    const over = now - DAY_MS
    await transaction.deleteFrom('ostiary_session').where('expires_at', '<=', over).execute()
    await transaction.deleteFrom('ostiary_session_change').where('until', '<=', over).execute()
  })
}

function toChange({ type, subject, until, sequence }: Selectable<Schema['ostiary_session_change']>): SessionChange {
  return { type, subject, until: Number(until), revision: Number(sequence) } as SessionChange
}
