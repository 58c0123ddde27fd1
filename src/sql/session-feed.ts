import type { Kysely } from 'kysely'
import type { Clock } from '../clock.ts'
import { reasonOf } from '../reason-of.ts'
import type { SessionChange } from '../sessions/session-store.ts'
import { warn } from '../warn.ts'
import { nextChange } from './change-sequence.ts'
import type { Schema } from './schema.ts'

interface PollOptions {
  readonly pollEveryMs: number
  readonly clock: Clock
  readonly listener: (changes: readonly SessionChange[]) => void
}

/**
 * Delivers all changes that still matter, then looks for new ones over and over, until the returned function is called.
 * Does not keep the process alive. A look that fails is a warning, once an outage, and the next one catches up.
 */
export async function pollChanges(
  db: Kysely<Schema>,
  { pollEveryMs, clock, listener }: PollOptions,
): Promise<() => Promise<void>> {
  let last = 0
  let stopped = false
  let failing = false
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
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

  async function look(): Promise<void> {
    try {
      await deliverNew()
      if (clock() >= pruneAt) {
        pruneAt = clock() + PRUNE_EVERY_MS
        await prune(db, clock())
      }
      failing = false
    } catch (cause) {
      if (!failing && !stopped) {
        warn('OSTIARY_SESSION_FEED', `The database does not tell of changed sessions: ${reasonOf(cause)}`)
      }
      failing = true
    }
    if (!stopped) schedule()
  }

  function schedule(): void {
    timer = setTimeout(() => {
      looking = look()
    }, pollEveryMs).unref()
  }

  await prune(db, clock())
  await deliverNew()
  schedule()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await looking
  }
}

const BATCH = 5000
const PRUNE_EVERY_MS = 10 * 60_000

async function prune(db: Kysely<Schema>, now: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    // Two that delete many sessions in different order would each wait for the other.
    await nextChange(transaction)
    await transaction.deleteFrom('ostiary_session').where('expires_at', '<=', now).execute()
    await transaction.deleteFrom('ostiary_session_change').where('until', '<=', now).execute()
  })
}

function toChange(row: { type: string; subject: string | null; at: number; until: number }): SessionChange {
  return { type: row.type, subject: row.subject, at: Number(row.at), until: Number(row.until) } as SessionChange
}
