import { randomUUID } from 'node:crypto'

/**
 * Returns a UUID of version 7 (RFC 9562, section 5.7), which begins with the time.
 *
 * `now`: milliseconds since 1970-01-01 UTC. Why ordered by time: rows created one after the other lie one after the
 * other in an index. With random ids, each row takes longer the larger the table is.
 */
export function timeOrderedId(now: number): string {
  const time = now.toString(16).padStart(12, '0')
  // In a UUID of version 4, everything behind the version digit is random. Only this part is used.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
