import type { JsonValue } from '../../users/account.ts'
import { asFlag, asJson, asList, asText, asTime, isZeroDate } from '../column-values.ts'
import type { ColumnType } from './column-type.ts'

/** The value of one row cannot be used. Only the user of this row is kept from signing in. */
export class UnusableValueError extends Error {}

/**
 * Reads an id: bytes as hexadecimal digits, everything else as text. Only the type of the column decides about the
 * form.
 *
 * @throws {UnusableValueError} when the value is empty, too long or ambiguous.
 */
export function readId({ kind }: ColumnType, value: unknown): string {
  if (value === null || value === undefined) throw new UnusableValueError('the id is empty')
  const isOfBytes = kind === 'bytes' || kind === 'fixed bytes'
  if (value instanceof Uint8Array !== isOfBytes) {
    throw new UnusableValueError(`the id is ${isOfBytes ? 'text in a column of bytes' : 'bytes in a column of text'}`)
  }
  if (value instanceof Uint8Array) return longEnough(Buffer.from(value).toString('hex'))
  // The driver parses JSON, so that two different texts could become the same value.
  if (typeof value === 'object' || typeof value === 'boolean') throw new UnusableValueError('the id is no plain text')
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new UnusableValueError('the id is a number with a fraction')
  }
  return longEnough(validText(value, 'the id'))
}

function longEnough(id: string): string {
  if (id.trim() === '') throw new UnusableValueError('the id is empty')
  if (id.length > MOST_CHARACTERS) throw new UnusableValueError(`the id has more than ${MOST_CHARACTERS} characters`)
  return id
}

/** Characters of an id. An identity `source:id` has at most 500. */
const MOST_CHARACTERS = 460

/**
 * Reads a name.
 *
 * @throws {UnusableValueError} when the name is empty or invalid text.
 */
export function readName(value: unknown): string {
  const name = validText(value, 'the name').trim()
  if (name === '') throw new UnusableValueError('the name is empty')
  return name
}

/**
 * Reads a hash, without the padding of its column. Returns undefined when the column is empty.
 *
 * @throws {UnusableValueError} when the hash is invalid text.
 */
export function readHash(value: unknown): string | undefined {
  return validText(value, 'the password hash').trim() || undefined
}

/**
 * Reads the name of one role. Returns an empty text when the column is empty.
 *
 * @throws {UnusableValueError} when the name is invalid text.
 */
export function readRole(value: unknown): string {
  return validText(value, 'the name of a role').trim()
}

/**
 * Reads the names of roles out of one column.
 *
 * @throws {UnusableValueError} when the column holds something other than a list of names.
 */
export function readRoles({ kind }: ColumnType, value: unknown, separator: string): readonly string[] {
  try {
    const isList = kind === 'names' || kind === 'json'
    const list =
      isList && typeof value === 'string' && value !== ''
        ? (JSON.parse(validLength(value, 'the list of roles')) as unknown)
        : value
    if (Array.isArray(list))
      return asList(
        list.filter((each) => each !== null),
        separator,
      )
    return asList(validText(list, 'the list of roles'), separator)
  } catch (cause) {
    if (cause instanceof UnusableValueError) throw cause
    throw new UnusableValueError('the column of roles holds something else than a list of names')
  }
}

/**
 * Reads a state. Returns undefined when the value is clearly neither true nor false. A zero date is false, any other
 * date is true.
 */
export function readFlag({ kind }: ColumnType, value: unknown): boolean | undefined {
  if (kind === 'date') return value !== null && !isZeroDate(value)
  return isZeroDate(value) ? false : asFlag(value)
}

/**
 * Reads a property. Times are in ISO 8601, days without a time.
 *
 * @throws {UnusableValueError} when bytes are invalid text, or the value is too long.
 */
export function readProperty({ kind, name }: ColumnType, value: unknown): JsonValue {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return validText(value, 'a property')
  if (kind === 'date') return isZeroDate(value) ? null : dateOf(name, asText(value))
  if (kind === 'json') return JSON.parse(validLength(asText(value), 'a property')) as JsonValue
  if (typeof value === 'string') return validLength(value, 'a property')
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : asJson(value)
}

function dateOf(type: string, text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text
  // MariaDB returns an instant in seconds.
  const at = type.startsWith('timestamp') && /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : asTime(text)
  return at === undefined ? text : new Date(at).toISOString()
}

/** Characters of one value. Why: this is far more than real values need, and can be searched quickly at each login. */
const MOST_TEXT = 65_536

/** @throws {UnusableValueError} when the text is too long. */
function validLength(text: string, what: string): string {
  if (text.length > MOST_TEXT) throw new UnusableValueError(`${what} has more than ${MOST_TEXT} characters`)
  return text
}

/**
 * Returns the value as text, without the zero bytes that fill up a column of bytes.
 *
 * @throws {UnusableValueError} when the value is invalid text, or was invalid before the driver converted it.
 */
function validText(value: unknown, what: string): string {
  let text: string
  try {
    text = asText(value)
  } catch {
    throw new UnusableValueError(`${what} holds bytes that are no text in UTF-8`)
  }
  validLength(text, what)
  // Drivers replace invalid bytes by this character.
  if (text.includes('\ufffd')) throw new UnusableValueError(`${what} holds bytes that are no text in UTF-8`)
  return value instanceof Uint8Array ? withoutPadding(text) : text
}

/** Without the zero bytes at the end. Why no pattern: one is tried at every zero byte, in the square of their number. */
function withoutPadding(text: string): string {
  let end = text.length
  while (text[end - 1] === '\0') end -= 1
  return text.slice(0, end)
}
