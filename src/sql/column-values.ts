import { isUtf8 } from 'node:buffer'
import type { JsonValue } from '../users/account.ts'

/**
 * Returns a column's value as text. Drivers return different types: text, numbers, flags, bits, dates, lists, JSON
 * parsed or unparsed. An invalid date, such as the zero date of MariaDB, becomes an empty text.
 *
 * @throws {TypeError} when bytes are invalid UTF-8.
 */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Uint8Array) return UTF8.decode(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A byte order mark counts as an ordinary character. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads a flag. Returns undefined when the value is anything but clearly true or clearly false. */
export function asFlag(value: unknown): boolean | undefined {
  // The type bit(1) of MySQL.
  if (value instanceof Uint8Array && value.length === 1 && (value[0] ?? 0) < 2) return value[0] === 1
  if (value instanceof Uint8Array && !isUtf8(value)) return undefined
  const text = asText(value).trim().toLowerCase()
  if (/^[01]\.0+$/.test(text)) return text.startsWith('1')
  if (['1', 'true', 't', 'yes', 'y', 'on'].includes(text)) return true
  if (['', '0', 'false', 'f', 'no', 'n', 'off'].includes(text)) return false
  return undefined
}

/** Returns true for `0000-00-00`, with or without a time. MySQL and MariaDB write this date for a missing one. */
export function isZeroDate(value: unknown): boolean {
  if (value instanceof Date) return Number.isNaN(value.getTime())
  if (value === 0) return true
  return typeof value === 'string' && /^0(\.0+)?$|^0000-00-00( 00:00:00(\.0+)?)?$/.test(value)
}

/**
 * Returns the milliseconds since 1970-01-01 UTC of a date or a text in ISO 8601. A text without a zone is in UTC.
 * Returns undefined for other values.
 */
export function asTime(value: unknown): number | undefined {
  if (value instanceof Date) return isZeroDate(value) ? undefined : value.getTime()
  const [, date, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(asText(value)) ??
    []
  if (date === undefined) return undefined
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase()
  const at = Date.parse(`${date}T${time}${offset}`)
  return Number.isNaN(at) ? undefined : at
}

export function asJson(value: unknown): JsonValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'object' && !(value instanceof Date) && !(value instanceof Uint8Array)) {
    return JSON.parse(JSON.stringify(value)) as JsonValue
  }
  return asText(value)
}

/**
 * @throws {TypeError} when the value is anything but a list of texts. Why: a fault of the table must differ from a user
 * without roles.
 */
export function asList(value: unknown, separator: string): readonly string[] {
  const list: unknown = Array.isArray(value)
    ? value
    : separator === 'json'
      ? parse(asText(value))
      : asText(value).split(separator)
  if (!Array.isArray(list) || !list.every((each) => typeof each === 'string')) {
    throw new TypeError('A column of roles holds something else than a list of names.')
  }
  return list.map((each) => each.trim()).filter((each) => each !== '')
}

function parse(json: string): unknown {
  return json === '' ? [] : JSON.parse(json)
}
