/** Session ids, each with the minute until which it matters. Made to hold a million of them, and to say no at once. */
export class RevokedIds {
  /** What is no id of ours. */
  readonly #others = new Map<string, number>()
  #table = new Table(SMALLEST)
  /** Slots that are not free: those of ids that were removed are among them. */
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
    // What is no number matters for ever.
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

  /** Lets go of all that mattered until an earlier minute. */
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
 * Open addressing in typed arrays: 21 bytes a slot, none of which the collector of garbage looks at. Nearly every
 * question is answered by the marks, a byte a slot, which stay in the caches of the processor. A `Map` of texts needs
 * several visits to the main memory for each question, and nearly twice the memory.
 */
class Table {
  readonly slots: number
  readonly minutes: Uint32Array
  /** What a slot holds: nothing, something that was removed, or an id that has this mark, as one in 128 has. */
  readonly #marks: Uint8Array
  readonly #words: Uint32Array

  constructor(slots: number) {
    this.slots = slots
    this.minutes = new Uint32Array(slots)
    this.#marks = new Uint8Array(slots)
    this.#words = new Uint32Array(slots * WORDS)
  }

  /** Where an id is; -1 when it is nowhere. */
  find(id: string): number {
    const mark = LOWEST_MARK | (digitsAt(id, DIGITS_A_WORD, 2) & LOW_BITS)
    let slot = digitsAt(id, 0, DIGITS_A_WORD) & (this.slots - 1)
    while (this.#marks[slot] !== FREE) {
      if (this.#marks[slot] === mark && this.#holds(slot, id)) return slot
      slot = this.#next(slot)
    }
    return -1
  }

  /** Takes up an id that is nowhere yet: its words stand at `from`. */
  put(words: ArrayLike<number>, from: number, minute: number): void {
    // Ids are random, and nobody chooses them: a part of one is as good as a hash.
    let slot = (words[from] as number) & (this.slots - 1)
    while (this.#marks[slot] !== FREE) slot = this.#next(slot)
    this.#marks[slot] = LOWEST_MARK | (((words[from + 1] as number) >>> 24) & LOW_BITS)
    for (let word = 0; word < WORDS; word += 1) this.#words[slot * WORDS + word] = words[from + word] as number
    this.minutes[slot] = minute
  }

  /** Says how many that were. */
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
/** Of the slots. Where more are taken, too many are looked at for one question. */
const FULL = 0.6
const ROOMY = 0.5
const NEARLY_EMPTY = 0.1
/** The last minute that there is room for: in the year 10136. */
const LATEST = 2 ** 32 - 1
/** Marks. */
const FREE = 0
const TOMBSTONE = 1
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
