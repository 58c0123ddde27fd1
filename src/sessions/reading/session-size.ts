import type { JsonValue } from '../../users/account.ts'
import type { Session } from '../session.ts'

/**
 * At most how many bytes of the heap it takes to remember a session, with its cookie, the text that was in it, and the
 * user that is made of it. For one with an ordinary account, that is a fifth to a third more than it does take.
 *
 * Characters alone do not tell: an empty object is two of them in the text, and a hundred bytes of the heap.
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

/** What a value takes beside its characters. */
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
