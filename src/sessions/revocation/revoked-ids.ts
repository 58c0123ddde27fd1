/** Session ids, each with the minute until which it matters. Holds a million ids, and finds a missing id fast. */
export class RevokedIds {
  /** Ids of another form than `newSession` makes. */
  readonly #others = new Map<string, number>()
  #table = new Table(SMALLEST)
  /** The number of slots in use, with the slots of removed ids. */
  #used = 0
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
    // NaN and infinity matter for ever.
    const kept = minute < LATEST ? Math.max(0, minute) : LATEST
    const found = this.#table.find(id)
    if (found >= 0) {
      this.#table.minutes[found] = kept
      return
    }
    this.#table.put([wordAt(id, 0), wordAt(id, 1), wordAt(id, 2), wordAt(id, 3)], 0, kept)
    this.#used += 1
    this.#held += 1
    if (this.#used > this.#table.slots * FULL) this.#rebuild()
  }

  /** Removes all ids that mattered until an earlier minute. */
  sweep(minute: number): void {
    for (const [id, until] of this.#others) if (until < minute) this.#others.delete(id)
    this.#held -= this.#table.tombstone(minute)
    if (this.#table.slots > SMALLEST && this.#held < this.#table.slots * NEARLY_EMPTY) this.#rebuild()
  }

  #rebuild(): void {
    let slots = SMALLEST
    while (this.#held > slots * ROOMY) slots *= 2
    this.#table = this.#table.copy(slots)
    this.#used = this.#held
  }
}

/**
 * A hash table with open addressing in typed arrays: 21 bytes a slot, which the garbage collector skips. The marks, a
 * byte a slot, answer nearly every look-up, and stay in the caches of the processor. A `Map` of texts reads the main
 * memory several times for each look-up, and takes nearly twice the memory.
 */
class Table {
  readonly slots: number
  readonly minutes: Uint32Array
  /** The content of each slot: free, removed, or an id with this mark. One id in 128 has the same mark. */
  readonly #marks: Uint8Array
  readonly #words: Uint32Array

  constructor(slots: number) {
    this.slots = slots
    this.minutes = new Uint32Array(slots)
    this.#marks = new Uint8Array(slots)
    this.#words = new Uint32Array(slots * WORDS)
  }

  /** Returns the slot of an id; -1 when the id is missing. */
  find(id: string): number {
    const mark = LOWEST_MARK | (digitsAt(id, DIGITS_A_WORD, 2) & LOW_BITS)
    let slot = digitsAt(id, 0, DIGITS_A_WORD) & (this.slots - 1)
    while (this.#marks[slot] !== FREE) {
      if (this.#marks[slot] === mark && this.#holds(slot, id)) return slot
      slot = this.#next(slot)
    }
    return -1
  }

  /** Adds an id that is missing so far. Its words stand at `from`. */
  put(words: ArrayLike<number>, from: number, minute: number): void {
    // Ids are random, and made by this package: a part of an id is as good as a hash.
    let slot = (words[from] as number) & (this.slots - 1)
    while (this.#marks[slot] !== FREE) slot = this.#next(slot)
    this.#marks[slot] = LOWEST_MARK | (((words[from + 1] as number) >>> 24) & LOW_BITS)
    for (let word = 0; word < WORDS; word += 1) this.#words[slot * WORDS + word] = words[from + word] as number
    this.minutes[slot] = minute
  }

  /** Marks ids that mattered until an earlier minute as removed. Returns their number. */
  tombstone(minute: number): number {
    let count = 0
    for (let slot = 0; slot < this.slots; slot += 1) {
      if (!this.#isHeld(slot) || (this.minutes[slot] as number) >= minute) continue
      this.#marks[slot] = TOMBSTONE
      count += 1
    }
    return count
  }

  copy(slots: number): Table {
    const copy = new Table(slots)
    for (let slot = 0; slot < this.slots; slot += 1) {
      if (this.#isHeld(slot)) copy.put(this.#words, slot * WORDS, this.minutes[slot] as number)
    }
    return copy
  }

  #next(slot: number): number {
    return (slot + 1) & (this.slots - 1)
  }

  #isHeld(slot: number): boolean {
    return (this.#marks[slot] as number) >= LOWEST_MARK
  }

  #holds(slot: number, id: string): boolean {
    for (let word = 0; word < WORDS; word += 1) if (this.#words[slot * WORDS + word] !== wordAt(id, word)) return false
    return OUR_ID.test(id)
  }
}

const SMALLEST = 64
/** The largest share of slots in use. Why: with more, one look-up reads too many slots. */
const FULL = 0.6
const ROOMY = 0.5
const NEARLY_EMPTY = 0.1
/** The last minute that fits: in the year 10136. */
const LATEST = 2 ** 32 - 1
/** The values of marks. */
const FREE = 0
const TOMBSTONE = 1
const LOWEST_MARK = 128
const LOW_BITS = 127

const OUR_ID = /^[0-9a-f]{32}$/
/** The number of words of an id, with 32 bits each. */
const WORDS = 4
const DIGITS_A_WORD = 8

/** Returns the value of some digits of an id; an arbitrary value for other characters. */
function digitsAt(id: string, start: number, count: number): number {
  let bits = 0
  for (let at = start; at < start + count; at += 1) {
    const code = id.charCodeAt(at)
    // The last four bits of a digit are its value. For a letter, they are its value minus nine.
    bits = (bits << 4) | (((code & 15) + 9 * (code >>> 6)) & 15)
  }
  return bits
}

function wordAt(id: string, word: number): number {
  return digitsAt(id, word * DIGITS_A_WORD, DIGITS_A_WORD) >>> 0
}
