/** Session ids, each with the minute until which it matters. Made to hold a million of them, and to say no at once. */
export class RevokedIds {
  /** What is no id of ours. */
  readonly #others = new Map<string, number>()
  #table = new Table(SMALLEST)
  /** Places that are not free: those of ids that were let go of are among them. */
  #taken = 0
  #held = 0

  get size(): number {
    return this.#held + this.#others.size
  }

  has(id: string): boolean {
    return (this.#held > 0 && this.#table.find(id) >= 0) || (this.#others.size > 0 && this.#others.has(id))
  }

  set(id: string, minute: number): void {
    if (!OUR_ID.test(id)) {
      this.#others.set(id, minute)
      return
    }
    // What is no number matters for ever.
    const kept = minute < LATEST ? Math.max(0, minute) : LATEST
    const found = this.#table.find(id)
    if (found >= 0) {
      this.#table.minutes[found] = kept
      return
    }
    this.#table.put([wordAt(id, 0), wordAt(id, 1), wordAt(id, 2), wordAt(id, 3)], 0, kept)
    this.#taken += 1
    this.#held += 1
    if (this.#taken > this.#table.places * FULL) this.#rebuild()
  }

  /** Lets go of all that mattered until an earlier minute. */
  sweep(minute: number): void {
    for (const [id, until] of this.#others) if (until < minute) this.#others.delete(id)
    this.#held -= this.#table.tombstone(minute)
    if (this.#table.places > SMALLEST && this.#held < this.#table.places * NEARLY_EMPTY) this.#rebuild()
  }

  #rebuild(): void {
    let places = SMALLEST
    while (this.#held > places * ROOMY) places *= 2
    this.#table = this.#table.copy(places)
    this.#taken = this.#held
  }
}

/**
 * Open addressing in typed arrays: 21 bytes a place, none of which the collector of garbage looks at. Nearly every
 * question is answered by the marks, a byte a place, which stay in the caches of the processor. A `Map` of texts needs
 * several visits to the main memory for each question, and nearly twice the memory.
 */
class Table {
  readonly places: number
  readonly minutes: Uint32Array
  /** What a place holds: nothing, something that was let go of, or an id that has this mark, as one in 128 has. */
  readonly #marks: Uint8Array
  readonly #words: Uint32Array

  constructor(places: number) {
    this.places = places
    this.minutes = new Uint32Array(places)
    this.#marks = new Uint8Array(places)
    this.#words = new Uint32Array(places * WORDS)
  }

  /** Where an id is; -1 when it is nowhere. */
  find(id: string): number {
    const mark = LOWEST_MARK | (digitsAt(id, DIGITS_A_WORD, 2) & LOW_BITS)
    let place = digitsAt(id, 0, DIGITS_A_WORD) & (this.places - 1)
    while (this.#marks[place] !== FREE) {
      if (this.#marks[place] === mark && this.#holds(place, id)) return place
      place = this.#next(place)
    }
    return -1
  }

  /** Takes up an id that is nowhere yet: its words stand at `from`. */
  put(words: ArrayLike<number>, from: number, minute: number): void {
    // Ids are random, and nobody chooses them: a part of one is as good as a hash.
    let place = (words[from] as number) & (this.places - 1)
    while (this.#marks[place] !== FREE) place = this.#next(place)
    this.#marks[place] = LOWEST_MARK | (((words[from + 1] as number) >>> 24) & LOW_BITS)
    for (let word = 0; word < WORDS; word += 1) this.#words[place * WORDS + word] = words[from + word] as number
    this.minutes[place] = minute
  }

  /** Says how many that were. */
  tombstone(minute: number): number {
    let count = 0
    for (let place = 0; place < this.places; place += 1) {
      if (!this.#isHeld(place) || (this.minutes[place] as number) >= minute) continue
      this.#marks[place] = LET_GO
      count += 1
    }
    return count
  }

  copy(places: number): Table {
    const copy = new Table(places)
    for (let place = 0; place < this.places; place += 1) {
      if (this.#isHeld(place)) copy.put(this.#words, place * WORDS, this.minutes[place] as number)
    }
    return copy
  }

  #next(place: number): number {
    return (place + 1) & (this.places - 1)
  }

  #isHeld(place: number): boolean {
    return (this.#marks[place] as number) >= LOWEST_MARK
  }

  #holds(place: number, id: string): boolean {
    for (let word = 0; word < WORDS; word += 1) if (this.#words[place * WORDS + word] !== wordAt(id, word)) return false
    return OUR_ID.test(id)
  }
}

const SMALLEST = 64
/** Of the places. Where more are taken, too many are looked at for one question. */
const FULL = 0.6
const ROOMY = 0.5
const NEARLY_EMPTY = 0.1
/** The last minute that there is room for: in the year 10136. */
const LATEST = 2 ** 32 - 1
/** Marks. */
const FREE = 0
const LET_GO = 1
const LOWEST_MARK = 128
const LOW_BITS = 127

const OUR_ID = /^[0-9a-f]{32}$/
/** Of 32 bits each. */
const WORDS = 4
const DIGITS_A_WORD = 8

/** What some digits of an id say; something or other where there are none. */
function digitsAt(id: string, start: number, count: number): number {
  let bits = 0
  for (let at = start; at < start + count; at += 1) {
    const code = id.charCodeAt(at)
    // The last four bits of a digit are its value, and those of a letter are nine less.
    bits = (bits << 4) | (((code & 15) + 9 * (code >>> 6)) & 15)
  }
  return bits
}

function wordAt(id: string, word: number): number {
  return digitsAt(id, word * DIGITS_A_WORD, DIGITS_A_WORD) >>> 0
}
