import { readJson } from './read-answer.ts'
import type { SapAnswer } from './sap-server.ts'

/**
 * Checks that the service refused a login that cannot be right. Why: an answer that everybody gets proves no password.
 *
 * @param how Names the login in errors, such as `without a password`.
 * @throws {Error} when the service failed, or answered with JSON.
 */
export function assertRefusal(answer: SapAnswer, how: string): void {
  if (answer.status >= 500) throw new Error(`the status ${answer.status} ${how}`)
  if (answersWithJson(answer)) throw new Error(`the service answers ${how} too, so that its answer proves nobody`)
}

function answersWithJson(answer: SapAnswer): boolean {
  try {
    readJson(answer)
    return true
  } catch {
    return false
  }
}
