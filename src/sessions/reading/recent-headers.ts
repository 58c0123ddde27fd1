import type { NamedCookie } from '../../sealing/sealed-cookie.ts'

/** A value that can be found by its `Cookie` header. */
export interface FromHeader {
  /** The header by which the value is found now. The value came from `cookie` in it. */
  header: string | null
  cookie: NamedCookie | null
}

/**
 * A cache of values by their `Cookie` header. Why: browsers send the same header many times, and most requests are
 * spared the search for the cookie and its value.
 *
 * A sample of a few characters gives the place of a header; only the whole header counts as a match. A header is kept
 * when it is offered for the second time, unless another header was offered for the place in between. Why: headers that
 * come once rarely displace headers that come often.
 */
export class RecentHeaders<Value extends FromHeader> {
  readonly #values: (Value | undefined)[] = new Array(MOST_RECENT).fill(undefined)
  /** The sample of the last header that was offered, by place. */
  readonly #offered = new Int32Array(MOST_RECENT)

  find(header: string, cookie: NamedCookie): Value | undefined {
    const value = this.#values[placeOf(sampleOf(header))]
    return value?.header === header && value.cookie === cookie ? value : undefined
  }

  /** Offers a value that was read from a header without this cache. To be called each time. */
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

/** The number of places: a power of two. */
const MOST_RECENT = 1024
/** The longest header that is kept. Why: longer headers take too much memory. */
const LONGEST = 2048
/** The largest number of characters in a sample. */
const SAMPLES = 10

/** Returns a sample of characters from all over the header. Why: some are part of the sealed session, and random. */
function sampleOf(header: string): number {
  const step = Math.ceil(header.length / SAMPLES)
  let sample = header.length
  for (let at = header.length - 2; at >= 0; at -= step) sample = (Math.imul(sample, 61) + header.charCodeAt(at)) | 0
  return sample
}

function placeOf(sample: number): number {
  return (sample ^ (sample >>> 16)) & (MOST_RECENT - 1)
}
