import type { JsonValue } from './account.ts'

/**
 * Freezes a JSON value with everything in it, and returns the same value.
 *
 * Why: what one request reads, others read too. A part that could be changed would be changed for all of them.
 */
export function freezeJson<Value extends JsonValue>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) freezeJson(part)
  return Object.freeze(value)
}
