import type { Clock } from '../clock.ts'
import type { RecordStore, StoredRecord } from './record-store.ts'

/**
 * Keeps records in the memory of this process, for development and tests. Production refuses it for features that must
 * not lose a record, such as second factors.
 *
 * ```ts
 * import { createAuth, memoryRecords } from 'ostiary'
 *
 * const auth = createAuth({ roles: [], records: memoryRecords() })
 * ```
 */
export function memoryRecords({ clock = Date.now }: { readonly clock?: Clock } = {}): RecordStore {
  const kept = new Map<string, StoredRecord>()
  let pruneAt = clock() + PRUNE_EVERY_MS

  function prune(now: number): void {
    if (now < pruneAt && pruneAt <= now + PRUNE_EVERY_MS) return
    pruneAt = now + PRUNE_EVERY_MS
    for (const [id, record] of kept) if (!isLive(record, now)) kept.delete(id)
  }

  function live(kind: string, key: string, now: number): StoredRecord | undefined {
    const record = kept.get(idOf(kind, key))
    return record && isLive(record, now) ? record : undefined
  }

  function select(now: number, matches: (record: StoredRecord) => boolean): StoredRecord[] {
    return [...kept.values()].filter((record) => isLive(record, now) && matches(record)).sort(byKey)
  }

  return {
    name: 'memory',
    shared: false,
    volatile: true,

    async add(record, now) {
      prune(now)
      if (live(record.kind, record.key, now)) return false
      kept.set(idOf(record.kind, record.key), Object.freeze({ ...record }))
      return true
    },

    find: async (kind, key, now) => live(kind, key, now),

    async replace(kind, key, before, { value, expiresAt }, now) {
      const record = live(kind, key, now)
      if (record?.value !== before) return false
      kept.set(idOf(kind, key), Object.freeze({ ...record, value, expiresAt }))
      return true
    },

    async take(kind, key, now) {
      const record = live(kind, key, now)
      kept.delete(idOf(kind, key))
      return record
    },

    remove: async (kind, key) => kept.delete(idOf(kind, key)),

    listOwned: async (kind, owner, now) => select(now, (record) => record.kind === kind && record.owner === owner),

    async removeOwned(owner, kind) {
      let removed = 0
      for (const [id, record] of kept) {
        if (record.owner !== owner || (kind !== undefined && record.kind !== kind)) continue
        kept.delete(id)
        removed += 1
      }
      return removed
    },

    async *list(kind, now) {
      yield* select(now, (record) => record.kind === kind)
    },
  }
}

const PRUNE_EVERY_MS = 10 * 60_000

/** Kinds have no space, so different kinds and keys have different ids. */
function idOf(kind: string, key: string): string {
  return `${kind} ${key}`
}

function isLive({ expiresAt }: StoredRecord, now: number): boolean {
  return expiresAt === null || now < expiresAt
}

/** Compares by code points of ASCII. */
function byKey(a: StoredRecord, b: StoredRecord): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}
