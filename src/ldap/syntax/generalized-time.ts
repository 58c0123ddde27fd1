/**
 * Reads a time such as `20261231235959Z`, with an offset (RFC 4517, section 3.3.13). Fractions are accepted and
 * ignored.
 *
 * @returns Milliseconds since 1970-01-01 UTC, or minus infinity when the text is invalid.
 */
export function readGeneralizedTime(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{2,4})$/.exec(text)
  if (!match) return Number.NEGATIVE_INFINITY
  const [, year, month, day, hour, minute = '00', second = '00', zone = 'Z'] = match
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).padEnd(2, '0')}`
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`)
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
}
