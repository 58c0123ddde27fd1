import type { JsonValue } from '../users/account.ts'

/** What the drivers make of a column, which differs: text, numbers, flags, bits, dates, lists, JSON that is parsed or not. */

export function asText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Undefined when it is clearly neither true nor false. */
export function asFlag(value: unknown): boolean | undefined {
  // bit(1) of MySQL.
  if (value instanceof Uint8Array && value.length === 1 && (value[0] ?? 0) < 2) return value[0] === 1
  const text = asText(value).trim().toLowerCase()
  if (['1', 'true', 't', 'yes', 'y', 'on'].includes(text)) return true
  if (['', '0', 'false', 'f', 'no', 'n', 'off'].includes(text)) return false
  return undefined
}

/** Milliseconds since 1970 of a date, or of a text in ISO 8601, which is in UTC where it names no zone. Undefined for others. */
export function asTime(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime()
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
