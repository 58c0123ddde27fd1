import type { NamedCookie } from '../../sealing/sealed-cookie.ts'

/** What can be found by the `Cookie` header that it came in. */
export interface FromHeader {
  /** The header by which it is found now, and the cookie in it that it came from. */
  header: string | null
  cookie: NamedCookie | null
}

/**
 * Finds again what was in a `Cookie` header. Browsers send the same one many times, so this spares most requests the
 * search for the cookie and for what belongs to it.
 *
 * A few characters of a header say where to look, and it counts only when all of it is the same. It is kept when it is
 * offered for the second time, unless another one was offered for its place in between: headers that come once hardly
 * ever displace those that come often.
 */
export class RecentHeaders<Value extends FromHeader> {
  readonly #values: (Value | undefined)[] = new Array(MOST_RECENT).fill(undefined)
  /** By place, the sample of the last header that was offered. */
  readonly #offered = new Int32Array(MOST_RECENT)

  find(header: string, cookie: NamedCookie): Value | undefined {
    const value = this.#values[placeOf(sampleOf(header))]
    return value?.header === header && value.cookie === cookie ? value : undefined
  }

  /** To be called each time that something was found in a header in another way. */
  offer(header: string, cookie: NamedCookie, value: Value): void {
    if (header.length > LONGEST) return
    const sample = sampleOf(header)
    const place = placeOf(sample)
    if (this.#offered[place] !== sample) {
      this.#offered[place] = sample
      return
    }
    this.forget(value)
    this.#offered[place] = 0
    const displaced = this.#values[place]
    if (displaced) displaced.header = null
    value.header = header
    value.cookie = cookie
    this.#values[place] = value
  }

  forget(value: Value): void {
    if (value.header === null) return
    this.#values[placeOf(sampleOf(value.header))] = undefined
    value.header = null
  }
}

/** A power of two. */
const MOST_RECENT = 1024
/** With longer ones, they would take more memory than they are worth. */
const LONGEST = 2048
/** At most. */
const SAMPLES = 10

/** From characters all over the header: wherever the sealed session is, some of them are in it, and those are random. */
function sampleOf(header: string): number {
  const step = Math.ceil(header.length / SAMPLES)
  let sample = header.length
  for (let at = header.length - 2; at >= 0; at -= step) sample = (Math.imul(sample, 61) + header.charCodeAt(at)) | 0
  return sample
}

function placeOf(sample: number): number {
  return (sample ^ (sample >>> 16)) & (MOST_RECENT - 1)
}
