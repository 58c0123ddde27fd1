import { isUtf8 } from 'node:buffer'
import type { JsonValue } from '../users/account.ts'

/**
 * Makes text of what drivers make of a column, which differs: text, numbers, flags, bits, dates, lists, JSON that is
 * parsed or not. A date that is none, such as the zero date of MariaDB, is empty.
 *
 * @throws {TypeError} when bytes are no text in UTF-8.
 */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Uint8Array) return UTF8.decode(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A byte order mark is a character like any other. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads a flag; undefined when it is clearly neither true nor false. */
export function asFlag(value: unknown): boolean | undefined {
  // bit(1) of MySQL.
  if (value instanceof Uint8Array && value.length === 1 && (value[0] ?? 0) < 2) return value[0] === 1
  if (value instanceof Uint8Array && !isUtf8(value)) return undefined
  const text = asText(value).trim().toLowerCase()
  if (/^[01]\.0+$/.test(text)) return text.startsWith('1')
  if (['1', 'true', 't', 'yes', 'y', 'on'].includes(text)) return true
  if (['', '0', 'false', 'f', 'no', 'n', 'off'].includes(text)) return false
  return undefined
}

/** Whether it is the date that MySQL and MariaDB write where there is none: `0000-00-00`, with or without a time. */
export function isZeroDate(value: unknown): boolean {
  if (value instanceof Date) return Number.isNaN(value.getTime())
  if (value === 0) return true
  return typeof value === 'string' && /^0(\.0+)?$|^0000-00-00( 00:00:00(\.0+)?)?$/.test(value)
}

/** Milliseconds since 1970 of a date, or of a text in ISO 8601, which is in UTC where it names no zone. Undefined for others. */
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

/** @throws {TypeError} when it is no list of texts: a fault of the table, not somebody without roles. */
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
