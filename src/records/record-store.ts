/**
 * A store of small records that features keep: second factors, tokens, links, logins in progress.
 *
 * A record is found by its kind and its key. Keys and values come here ready to be kept: a key that is a secret arrives
 * as a hash, and a value that is a secret arrives sealed. Whoever implements the interface runs `recordStoreContract`
 * of `ostiary/testing/contracts`.
 *
 * Every method may reject. The callers treat an error of the store as an outage: nobody is let in because of it.
 */
export interface RecordStore {
  /** The name in messages, such as `memory`, `sql` or `redis`. */
  readonly name: string
  /** True when several machines can share the store. Unknown by default. */
  readonly shared?: boolean
  /** True when the records are lost with the process. Production refuses such a store for second factors. */
  readonly volatile?: boolean

  /**
   * Adds a record. Resolves to false, and changes nothing, when there is a live record of the same kind and key. Of
   * several processes that add the same key at once, exactly one gets true.
   */
  add(record: StoredRecord, now: number): Promise<boolean>

  /** Resolves to the record that is live at `now`. */
  find(kind: string, key: string, now: number): Promise<StoredRecord | undefined>

  /**
   * Replaces the value and the expiry of a live record, when its value is still `before`. Resolves to false otherwise.
   * The owner stays. To look and to replace is one step, across all processes.
   */
  replace(
    kind: string,
    key: string,
    before: string,
    next: Pick<StoredRecord, 'value' | 'expiresAt'>,
    now: number,
  ): Promise<boolean>

  /**
   * Removes a record and resolves to it, when it was live at `now`. Of several processes that take it at once, exactly
   * one gets it.
   */
  take(kind: string, key: string, now: number): Promise<StoredRecord | undefined>

  /** Removes a record. Resolves to true when it was there, live or expired. */
  remove(kind: string, key: string): Promise<boolean>

  /** Resolves to the live records of an owner, of one kind, in the order of their keys. */
  listOwned(kind: string, owner: string, now: number): Promise<readonly StoredRecord[]>

  /** Removes the records of an owner, of one kind or of all kinds. Resolves to their number. */
  removeOwned(owner: string, kind?: string): Promise<number>

  /** Lists the live records of a kind, in the order of their keys. Reads in portions: there may be many. */
  list(kind: string, now: number): AsyncIterable<StoredRecord>

  /** Opens and migrates the store. Called before every other method. */
  ready?(): Promise<void>

  /**
   * Resolves when the store keeps all records until they expire. Rejects with an error that says what to do when it may
   * drop records, such as a Redis server that evicts keys. Called once, after `ready`, for features that must not lose
   * a record.
   */
  assertDurable?(): Promise<void>
}

/** A record as the store keeps it. Texts are compared byte for byte. */
export interface StoredRecord {
  /** Small letters, digits and `-`, at most 32 characters. */
  readonly kind: string
  /** ASCII, at most 128 characters. */
  readonly key: string
  /** `source:id` of a user, or null. At most 255 characters. */
  readonly owner: string | null
  /** At most 64 kB of UTF-8. */
  readonly value: string
  /** The time when the record stops to exist, in milliseconds since 1970-01-01 UTC. Null for a lasting record. */
  readonly expiresAt: number | null
}

/** The longest value of a record, in bytes of UTF-8. */
export const MAX_RECORD_BYTES = 65_536
