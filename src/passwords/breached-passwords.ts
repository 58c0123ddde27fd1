import { createHash } from 'node:crypto'
import { withDeadline } from '../resilience/deadline.ts'
import { warn } from '../warn.ts'

/**
 * A question about a password, by k-anonymity. A service is told the prefix alone, and answers with the suffixes that
 * it knows for the prefix. Both parts together are the SHA-1 hash of the password, in capital hexadecimal digits.
 */
export interface BreachQuestion {
  /** The first 5 digits. Shared by so many passwords that it tells next to nothing. */
  readonly prefix: string
  /** The other 35 digits. They stay in this process. */
  readonly suffix: string
  /** Aborts after 3 s. */
  readonly signal: AbortSignal
}

/**
 * Resolves to true when the function knows the password from a breach. Resolves to false when it fails to answer in
 * 3 s. Why: an outage of a service elsewhere must not keep users from a new password.
 */
export async function askBreached(
  isBreached: (question: BreachQuestion) => Promise<boolean>,
  password: string,
): Promise<boolean> {
  // Why SHA-1: services with lists of breached passwords are asked by it. It keeps nothing secret here.
  const hash = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase()
  const parts = { prefix: hash.slice(0, 5), suffix: hash.slice(5) }
  try {
    return await withDeadline({ ms: DEADLINE_MS }, (signal) => isBreached({ ...parts, signal }))
  } catch {
    warn('OSTIARY_BREACHES_UNKNOWN', 'isBreached gave no answer: a new password was taken without the check.')
    return false
  }
}

const DEADLINE_MS = 3000
