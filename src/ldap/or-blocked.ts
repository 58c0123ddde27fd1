import { blocked, type Outcome } from '../users/outcome.ts'
import { UnfitEntryError } from './entry.ts'

/**
 * Answers `blocked` for an entry that cannot be an account.
 *
 * Why not an outage: people may write some of their own attributes, and what a stranger can cause is no outage.
 */
export async function orBlocked<T>(ask: () => Promise<T>): Promise<T | Outcome> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof UnfitEntryError) return blocked(error.message)
    throw error
  }
}
