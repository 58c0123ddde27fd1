import { ConfigurationError } from '../errors.ts'
import type { RecordStore } from './record-store.ts'

/**
 * Resolves when a store keeps its records as long as `feature` needs them.
 *
 * @throws {ConfigurationError} in production, when the store may lose records. The message says what to do.
 */
export async function assertDurable(store: RecordStore, feature: string, production: boolean): Promise<void> {
  if (!production) return
  if (store.volatile) {
    throw new ConfigurationError(
      `${feature} must not lose what it keeps, and the store of records (${store.name}) loses it with the process. ` +
        'Give createAuth() a lasting one: records: sqlRecords(database).',
    )
  }
  try {
    await store.assertDurable?.()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigurationError(`${feature} must not lose what it keeps. ${why}`, { cause })
  }
}
