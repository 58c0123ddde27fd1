import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { RecordsUnavailableError } from '../errors.ts'
import { withDeadline } from '../resilience/deadline.ts'
import { derivedKeyring } from '../sealing/derived-keyring.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { seal, unseal } from '../sealing/seal.ts'
import { MAX_RECORD_BYTES, type RecordStore, type StoredRecord } from './record-store.ts'

/** The records of an `Auth`. Features keep their records through it. */
export interface Records {
  /** The name of the store, such as `memory` or `sql`. */
  readonly storeName: string
  /** True when the keys come from a secret that other processes share. Otherwise only this process reads its records. */
  readonly secretGiven: boolean
  /**
   * Returns the records of one kind.
   *
   * @param kind Small letters, digits and `-`. Each feature has kinds of its own.
   */
  of<Value>(kind: string, options?: RecordOptions): RecordsOfKind<Value>
  /**
   * Removes all records of a user, of every kind. Resolves to their number.
   *
   * @throws {RecordsUnavailableError} when the store fails to answer within 5 s.
   */
  removeOwned(owner: string): Promise<number>
  /**
   * Resolves when the store keeps every record until it expires.
   *
   * @throws {ConfigurationError} when the store may lose records, and `production` is true.
   */
  assertDurable(feature: string): Promise<void>
}

/** How the records of a kind are kept. */
export interface RecordOptions {
  /** True when values are encrypted with a key of the application. Default: true. */
  readonly sealed?: boolean
}

/**
 * The records of one kind. Every method throws {@link RecordsUnavailableError} when the store fails to answer within
 * 5 s.
 */
export interface RecordsOfKind<Value> {
  /** Adds a record. Resolves to false when the key is taken. */
  add(key: string, value: Value, options?: { owner?: string | null; expiresAt?: number | null }): Promise<boolean>
  /** Resolves to the record of a key, while it lives. */
  find(key: string): Promise<KeptRecord<Value> | undefined>
  /** Replaces the value of a record, unless somebody else has changed the record since it was read. */
  replace(record: KeptRecord<Value>, value: Value, expiresAt?: number | null): Promise<boolean>
  /** Removes a record and resolves to it. Of several calls at once, exactly one gets the record. */
  take(key: string): Promise<KeptRecord<Value> | undefined>
  /** Removes a record. Resolves to false when there was none. */
  remove(key: string): Promise<boolean>
  /** Resolves to the records of a user, in the order of their keys. */
  listOwned(owner: string): Promise<readonly KeptRecord<Value>[]>
  /** Removes the records of a user, of this kind. Resolves to their number. */
  removeOwned(owner: string): Promise<number>
  /** Lists all records of this kind. */
  list(): AsyncIterable<KeptRecord<Value>>
}

/** A record as it was read. */
export interface KeptRecord<Value> {
  readonly key: string
  readonly owner: string | null
  readonly value: Value
  readonly expiresAt: number | null
  /** The text in the store, by which {@link RecordsOfKind.replace} notices changes. */
  readonly stored: string
}

interface RecordsParts {
  readonly store: RecordStore
  readonly keyring: () => Keyring
  readonly clock: Clock
  readonly secretGiven: boolean
  readonly assertDurable: (feature: string) => Promise<void>
}

/**
 * Returns the records that a store keeps. Sealed values are bound to their kind, key and owner: a value that somebody
 * moved to another record in the store counts as missing.
 */
export function createRecords({ store, keyring, clock, secretGiven, assertDurable }: RecordsParts): Records {
  return Object.freeze<Records>({
    storeName: store.name,
    secretGiven,
    of: <Value>(kind: string, { sealed = true }: RecordOptions = {}) => recordsOfKind<Value>(kind, sealed),
    removeOwned: (owner) => ask(() => store.removeOwned(owner)),
    assertDurable,
  })

  function recordsOfKind<Value>(kind: string, sealed: boolean): RecordsOfKind<Value> {
    const keys = derivedKeyring(keyring, `record:${kind}`)

    function write(key: string, owner: string | null, value: Value): string {
      const text = JSON.stringify(sealed ? [kind, key, owner, value] : value)
      const stored = sealed ? seal(keys(), text) : text
      if (Buffer.byteLength(stored) > MAX_RECORD_BYTES)
        throw new RangeError(`A record of the kind ${kind} is too long.`)
      return stored
    }

    /** Returns undefined for a value that is sealed under an unknown key, or belongs to another record. */
    function read({ key, owner, value: stored, expiresAt }: StoredRecord): KeptRecord<Value> | undefined {
      if (!sealed) return { key, owner, value: JSON.parse(stored) as Value, expiresAt, stored }
      const text = unseal(keys(), stored, MAX_RECORD_BYTES)
      if (text === undefined) return undefined
      const [ofKind, ofKey, ofOwner, value] = JSON.parse(text) as [string, string, string | null, Value]
      if (ofKind !== kind || ofKey !== key || ofOwner !== owner) return undefined
      return { key, owner, value, expiresAt, stored }
    }

    return {
      add(key, value, { owner = null, expiresAt = null } = {}) {
        const record = { kind, key, owner, value: write(key, owner, value), expiresAt }
        return ask(() => store.add(record, clock()))
      },

      async find(key) {
        const found = await ask(() => store.find(kind, key, clock()))
        return found && read(found)
      },

      replace({ key, owner, stored, expiresAt: before }, value, expiresAt = before) {
        const next = { value: write(key, owner, value), expiresAt }
        return ask(() => store.replace(kind, key, stored, next, clock()))
      },

      async take(key) {
        const taken = await ask(() => store.take(kind, key, clock()))
        return taken && read(taken)
      },

      remove: (key) => ask(() => store.remove(kind, key)),

      async listOwned(owner) {
        const found = await ask(() => store.listOwned(kind, owner, clock()))
        return found.map(read).filter((record) => record !== undefined)
      },

      removeOwned: (owner) => ask(() => store.removeOwned(owner, kind)),

      async *list() {
        for await (const stored of store.list(kind, clock())) {
          const record = read(stored)
          if (record) yield record
        }
      },
    }
  }

  async function ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline({ ms: DEADLINE_MS }, async () => {
        // Why: a process for administration alone may come here first.
        await store.ready?.()
        return question()
      })
    } catch (cause) {
      if (cause instanceof RangeError) throw cause
      throw new RecordsUnavailableError(`The store of records (${store.name}) does not answer.`, { cause })
    }
  }
}

/**
 * Returns the key of a record whose name is a secret, such as a token: SHA-256 in base64url. The secret must have at
 * least 128 random bits. Why: a shorter secret could be found by trying.
 *
 * ```ts
 * import { hashedKey } from 'ostiary/http'
 *
 * hashedKey('4fKq…') // 43 characters
 * ```
 */
export function hashedKey(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('base64url')
}

const DEADLINE_MS = 5000
