/**
 * Returns the end of a day or moment, in milliseconds since 1970-01-01 UTC. Returns null where SAP's text means
 * "unlimited".
 *
 * Reads ABAP's `20261231` (`00000000` means unlimited), OData 2's `/Date(1798675200000)/`, and ISO 8601 of OData 4. A
 * day lasts until its end, in UTC.
 *
 * @throws {Error} when the value has another form. Why: an unreadable date could lie in the past.
 */
export function endOf(value: unknown): number | null {
  const read = readDate(value)
  if (read === null) return null
  return read.wholeDay ? read.start + DAY_MS : read.start
}

/**
 * Returns the beginning of a day or moment, in milliseconds since 1970-01-01 UTC. Returns null where the text means
 * "unlimited".
 *
 * @throws {Error} when the value has another form, as for {@link endOf}.
 */
export function startOf(value: unknown): number | null {
  return readDate(value)?.start ?? null
}

const DAY_MS = 86_400_000

function readDate(value: unknown): { start: number; wholeDay: boolean } | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return checked(value.getTime(), true, value)
  const text = typeof value === 'string' ? value.trim() : value
  if (text === '' || text === '00000000' || text === '0000-00-00') return null
  if (typeof text !== 'string') return checked(Number.NaN, false, value)
  const ticks = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(text)?.[1]
  // OData 2 writes a day as midnight in UTC.
  if (ticks !== undefined) return checked(Number(ticks), Number(ticks) % DAY_MS === 0, value)
  const day = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(text)
  if (day) return checked(Date.parse(`${day[1]}-${day[2]}-${day[3]}T00:00:00Z`), true, value)
  // A moment without a zone is read as UTC. Why: `Date.parse` would use the zone of this machine.
  const moment = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?$/.exec(text)
  return checked(moment ? Date.parse(moment[1] ? text : `${text}Z`) : Number.NaN, false, value)
}

function checked(start: number, wholeDay: boolean, value: unknown): { start: number; wholeDay: boolean } {
  if (Number.isFinite(start)) return { start, wholeDay }
  throw new Error(`${JSON.stringify(value)} is no date that SAP writes`)
}
