import { blocked, type Outcome } from '../users/outcome.ts'
import { UnfitEntryError } from './entry.ts'

/**
 * Answers `blocked` for an entry that is unfit for an account.
 *
 * Why blocked rather than unavailable: users may write some of their own attributes, and must be unable to cause an
 * outage.
 */
export async function orBlocked<T>(ask: () => Promise<T>): Promise<T | Outcome> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof UnfitEntryError) return blocked(error.message)
    throw error
  }
}
