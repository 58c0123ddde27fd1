/**
 * Returns the text of a thrown value, for the end of a message. Accepts every value, even values without a text form.
 *
 * ```ts
 * import { reasonOf } from 'ostiary/http'
 *
 * reasonOf(new Error('the disk is full')) // 'the disk is full'
 * ```
 */
export function reasonOf(cause: unknown): string {
  try {
    return cause instanceof Error ? cause.message : String(cause)
  } catch {
    return `a thrown ${typeof cause}`
  }
}
