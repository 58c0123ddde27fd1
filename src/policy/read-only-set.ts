/**
 * Makes a set that is read only.
 *
 * Why: `Object.freeze()` leaves a `Set` open to `add`, and `Set.prototype.add.call()` reaches into every subclass of
 * `Set`. The values of this set stand in a private field, which the methods of `Set` cannot reach.
 *
 * ```ts
 * readOnlySet(['Viewer', 'Editor']).has('Viewer') // true
 * ```
 */
export function readOnlySet<Value>(values: Iterable<Value>): ReadonlySet<Value> {
  return new UnchangeableSet(values)
}

/** A set with every method that reads, including the methods of ES2025. */
class UnchangeableSet<Value> implements ReadonlySet<Value> {
  readonly #values: ReadonlySet<Value>

  constructor(values: Iterable<Value>) {
    this.#values = new Set(values)
    Object.freeze(this)
  }

  has(value: Value): boolean {
    return this.#values.has(value)
  }

  get size(): number {
    return this.#values.size
  }

  get [Symbol.toStringTag](): string {
    return 'Set'
  }

  [Symbol.iterator](): SetIterator<Value> {
    return this.#values.values()
  }

  keys(): SetIterator<Value> {
    return this.#values.keys()
  }

  values(): SetIterator<Value> {
    return this.#values.values()
  }

  entries(): SetIterator<[Value, Value]> {
    return this.#values.entries()
  }

  forEach(callback: (value: Value, same: Value, set: ReadonlySet<Value>) => void, thisArg?: unknown): void {
    for (const value of this.#values) callback.call(thisArg, value, value, this)
  }

  union<Other>(other: ReadonlySetLike<Other>): Set<Value | Other> {
    return this.#values.union(other)
  }

  intersection<Other>(other: ReadonlySetLike<Other>): Set<Value & Other> {
    return this.#values.intersection(other)
  }

  difference<Other>(other: ReadonlySetLike<Other>): Set<Value> {
    return this.#values.difference(other)
  }

  symmetricDifference<Other>(other: ReadonlySetLike<Other>): Set<Value | Other> {
    return this.#values.symmetricDifference(other)
  }

  isSubsetOf(other: ReadonlySetLike<unknown>): boolean {
    return this.#values.isSubsetOf(other)
  }

  isSupersetOf(other: ReadonlySetLike<unknown>): boolean {
    return this.#values.isSupersetOf(other)
  }

  isDisjointFrom(other: ReadonlySetLike<unknown>): boolean {
    return this.#values.isDisjointFrom(other)
  }

  /** Shows the values of the set in Node's logs and in its inspector. */
  [Symbol.for('nodejs.util.inspect.custom')](): ReadonlySet<Value> {
    return new Set(this.#values)
  }
}
