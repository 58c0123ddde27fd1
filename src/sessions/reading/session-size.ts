import type { JsonValue } from '../../users/account.ts'
import type { Session } from '../session.ts'

/**
 * Returns an upper bound of the bytes of heap that a cached session takes, with its cookie, its decrypted text and its
 * user. For an ordinary account, the bound is a fifth to a third above the real size.
 *
 * Counts values beside characters. Why: an empty object is two characters of text, and a hundred bytes of heap.
 */
export function sizeOf({ account, assignedRoles = [] }: Session, sealed: string, text: string): number {
  return (
    SESSION +
    sealed.length +
    text.length * CHARACTER +
    weigh(account.roles) +
    weigh(assignedRoles) +
    weigh(account.properties)
  )
}

/** Returns the bytes that a value takes beside its characters. */
function weigh(value: JsonValue): number {
  if (typeof value === 'string') return TEXT
  if (typeof value !== 'object' || value === null) return NUMBER
  let bytes = 0
  if (Array.isArray(value)) {
    for (const each of value) bytes += weigh(each)
    return bytes + LIST
  }
  for (const each of Object.values(value)) bytes += PROPERTY + weigh(each)
  return bytes + OBJECT
}

// Measured on V8 13.6, by `test/soak/cache-size.long.test.ts`. A character may take two bytes.
const SESSION = 600
const CHARACTER = 2
const TEXT = 32
const NUMBER = 16
const LIST = 64
const OBJECT = 128
const PROPERTY = 64
