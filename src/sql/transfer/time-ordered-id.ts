import { randomUUID } from 'node:crypto'

/**
 * A UUID of version 7 (RFC 9562, section 5.7), by the time of its making. Rows that are made one after the other lie one
 * after the other in an index: with random ids, the larger a table is, the longer each row takes.
 */
export function timeOrderedId(now: number): string {
  const time = now.toString(16).padStart(12, '0')
  // Of version 4, all but the version is random from there on.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
