import { randomBytes } from 'node:crypto'
// What a node keeps of revocations is no public matter, and nothing else would show what that alone takes.
import { createRevocations, type Revocations } from '../../src/sessions/revocation/revocations.ts'

/** Ids such as sessions have: 128 random bits, 16 bytes each. */
export function sessionIds(count: number): Buffer {
  return randomBytes(ID_BYTES * count)
}

/** Each time a text that nobody has seen before, as those are that come out of a cookie. */
export function idAt(ids: Buffer, index: number): string {
  return ids.toString('hex', index * ID_BYTES, (index + 1) * ID_BYTES)
}

/** Of all the sessions, or of the first so many. */
export function filledRevocations(ids: Buffer, count = ids.length / ID_BYTES): Revocations {
  const revocations = createRevocations(Date.now)
  const until = Date.now() + 30 * 86_400_000
  for (let index = 0; index < count; index += 1)
    revocations.apply({ type: 'session-revoked', subject: idAt(ids, index), until, revision: index + 1 })
  if (revocations.size !== count) throw new Error('Some revocations are not kept.')
  return revocations
}

const ID_BYTES = 16
