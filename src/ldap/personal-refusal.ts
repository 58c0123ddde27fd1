import { randomUUID } from 'node:crypto'
import { reasonOf } from '../reason-of.ts'
import type { Outcome } from '../users/outcome.ts'
import type { Dialer } from './dialer.ts'
import { RESULT, resultCodeOf } from './result-code.ts'

/**
 * Returns what the server says of one person by a code that may concern all: 19 or 53, by which 389 Directory Server,
 * FreeIPA and eDirectory refuse accounts that are locked or disabled. Undefined where the answer is an outage, since the
 * server says the same to somebody whom nobody knows.
 *
 * Why: anybody can lock an account by wrong passwords, and what a stranger can cause is no outage.
 *
 * @param nobody - makes a name that the server can be asked about, and that nobody has
 */
export async function personalRefusal(
  answer: Outcome,
  dial: Dialer,
  nobody: (random: string) => string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const cause = answer.outcome === 'unavailable' ? answer.cause : undefined
  const code = resultCodeOf(cause)
  if (code !== RESULT.constraintViolation && code !== RESULT.unwillingToPerform) return undefined
  const connection = await dial(signal)
  try {
    await connection.bind(nobody(randomUUID()), randomUUID(), signal)
  } catch (error) {
    const said = resultCodeOf(error)
    if (said === RESULT.invalidCredentials || said === RESULT.noSuchObject) return reasonOf(cause)
  } finally {
    connection.close()
  }
  return undefined
}
