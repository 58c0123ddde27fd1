import { randomUUID } from 'node:crypto'
import { reasonOf } from '../reason-of.ts'
import type { Outcome } from '../users/outcome.ts'
import type { Dialer } from './dialer.ts'
import { RESULT, resultCodeOf } from './result-code.ts'

/**
 * Returns the reason of a refusal that concerns one account, for the codes 19 and 53. With these codes, 389 Directory
 * Server, FreeIPA and eDirectory refuse accounts that are locked or disabled. Returns undefined when the answer is an
 * outage: the server then answers the same for an unknown name.
 *
 * Why: any stranger can lock an account with wrong passwords, and must be unable to cause an outage that way.
 *
 * @param nobody Makes a name that is valid and unknown to the server.
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
