import { type CoreServices, hashedKey, type KeptRecord } from '../http/index.ts'

/** A passkey as lists show it. Times are milliseconds since 1970-01-01 UTC. */
export interface PasskeyState {
  /** The id of the record, free of secrets. */
  readonly id: string
  readonly name: string
  readonly createdAt: number
  /** Null for a passkey that was never used. */
  readonly lastUsedAt: number | null
}

/** What an administrator does with the passkeys of users. A user is named by its id, `source:id`. */
export interface PasskeyAdministration {
  /** Resolves to the passkeys of a user. @throws {RecordsUnavailableError} when the store fails to answer. */
  list(userId: string): Promise<readonly PasskeyState[]>
  /**
   * Removes a passkey of a user, or all of them without an id, and ends the sessions of the user. Resolves to their
   * number.
   *
   * @throws {RecordsUnavailableError} when the store of records fails to answer.
   * @throws {SessionUnavailableError} when the passkeys are removed and the sessions could not be ended.
   */
  remove(userId: string, id?: string): Promise<number>
}

/** A passkey as the store of records keeps it, under the hash of its credential id. */
export interface KeptPasskey {
  readonly credentialId: string
  /** In base64url. */
  readonly publicKey: string
  readonly counter: number
  readonly transports: readonly string[]
  readonly name: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

/** The passkeys of all users. */
export interface PasskeyStore {
  find(credentialId: string): Promise<KeptRecord<KeptPasskey> | undefined>
  ofUser(userId: string): Promise<readonly KeptRecord<KeptPasskey>[]>
  add(userId: string, passkey: KeptPasskey): Promise<boolean>
  /** Notes the use of a passkey. Resolves to false when somebody else has used it since it was read. */
  used(record: KeptRecord<KeptPasskey>, counter: number): Promise<boolean>
  /** Removes one passkey of a user, or all. Resolves to their number. */
  remove(userId: string, id?: string): Promise<number>
}

/** Keeps the passkeys in the store of records. */
export function createPasskeyStore(services: CoreServices): PasskeyStore {
  const kept = services.records.of<KeptPasskey>('passkey')
  return {
    find: (credentialId) => kept.find(hashedKey(credentialId)),
    ofUser: (userId) => kept.listOwned(userId),
    add: (userId, passkey) => kept.add(hashedKey(passkey.credentialId), passkey, { owner: userId }),
    used: (record, counter) => kept.replace(record, { ...record.value, counter, lastUsedAt: services.clock() }),
    async remove(userId, id) {
      const found = (await kept.listOwned(userId)).filter(({ key }) => id === undefined || key === id)
      for (const { key } of found) await kept.remove(key)
      return found.length
    },
  }
}

export function stateOf({ key, value }: KeptRecord<KeptPasskey>): PasskeyState {
  const { name, createdAt, lastUsedAt } = value
  return { id: key, name, createdAt, lastUsedAt }
}
