import { setImmediate as pause } from 'node:timers/promises'
import type { TransferResult, TransferUser } from '../../index.ts'
import { misused } from '../cli-error.ts'
import type { ProgressLine } from './progress-line.ts'
import type { Reject, Rejects } from './rejects.ts'
import type { MapRoles } from './roles-map.ts'
import type { ReadUser, UserStream } from './user-stream.ts'

/** The counts of an import. */
export interface Tally {
  read: number
  added: number
  updated: number
  unchanged: number
  skipped: number
  rejected: number
  /** Updated, with work left to do. */
  noted: number
}

export interface ImportParts {
  readonly stream: UserStream
  /** Stores a batch, or says what would become of it. */
  readonly store: (users: readonly TransferUser[]) => Promise<readonly TransferResult[]>
  readonly batchSize: number
  readonly mapRoles: MapRoles
  readonly rejects: Rejects
  readonly progress: ProgressLine
  /** Ends the import after the current batch. */
  readonly signal: AbortSignal
}

/**
 * Stores a stream, a batch at a time. `tally` is correct after every batch, even if the next one fails. Resolves to
 * true when at least one row was readable, even if all users were rejected.
 *
 * @throws {CliError} when more than 100,000 consecutive rows cannot be read. The file is then damaged, or of another
 * kind.
 */
export async function importUsers(parts: ImportParts, tally: Tally): Promise<boolean> {
  const { stream, batchSize, progress, signal } = parts
  let batch: ReadUser[] = []
  let characters = 0
  let isAnybodyRead = false
  let unreadable = 0

  async function flush(): Promise<void> {
    await importBatch(batch, parts, tally)
    batch = []
    characters = 0
    progress.show(tally.read, stream.progress())
    // Lets Ctrl-C be handled. Why: SQLite answers at once, so without a pause the event loop would be blocked.
    await pause()
  }

  try {
    for await (const read of stream.users) {
      batch.push(read)
      characters += lengthOf(read)
      unreadable = 'reason' in read ? unreadable + 1 : 0
      isAnybodyRead ||= unreadable === 0
      if (unreadable > MOST_UNREADABLE) {
        await flush()
        throw misused(`${MOST_UNREADABLE.toLocaleString('en')} rows in a row cannot be read. Here it ends.`)
      }
      if (batch.length >= batchSize || characters > MOST_CHARACTERS) await flush()
      if (signal.aborted) return isAnybodyRead
    }
  } catch (error) {
    if (signal.aborted) return isAnybodyRead
    throw error
  }
  if (batch.length > 0) await flush()
  return isAnybodyRead
}

/** The most consecutive unreadable rows. They cost time, and room in the list of rejects. */
const MOST_UNREADABLE = 100_000

/**
 * The most characters in a batch. Why: few users with very long descriptions take as much memory as many others, and as
 * large a statement.
 */
const MOST_CHARACTERS = 4_000_000

function lengthOf(read: ReadUser): number {
  if ('reason' in read) return 0
  const { description = '', properties, roles = [] } = read.user
  const ofRoles = roles.reduce((sum, role) => sum + role.length, 0)
  return description.length + ofRoles + (properties === undefined ? 0 : JSON.stringify(properties).length)
}

async function importBatch(batch: readonly ReadUser[], parts: ImportParts, tally: Tally): Promise<void> {
  const rejects: Reject[] = []
  const positions: number[] = []
  const users: TransferUser[] = []
  for (const read of batch) {
    if ('reason' in read) {
      rejects.push(read)
      continue
    }
    const { user, at } = read
    positions.push(at)
    users.push(user.roles ? { ...user, roles: parts.mapRoles(user.roles) } : user)
  }
  const results = users.length > 0 ? await parts.store(users) : []
  tally.read += batch.length
  tally.rejected += rejects.length
  for (const [index, result] of results.entries()) {
    tally[result.outcome] += 1
    if (!('reason' in result)) continue
    rejects.push({ at: positions[index] ?? 0, username: users[index]?.username ?? '', reason: result.reason })
  }
  await parts.rejects.add(rejects.sort((a, b) => a.at - b.at))
}
