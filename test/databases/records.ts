import { sqlRecords } from 'ostiary/sql'
import { recordStoreContract } from 'ostiary/testing/contracts'
import { type DatabaseServer, openedOn } from './database-server.ts'

/** The records of extensions, in a database that several processes share. */
export function describeRecords(server: DatabaseServer): void {
  recordStoreContract(`records on ${server.name}`, async ({ clock }) => {
    const { database, drop } = await openedOn(server)
    return {
      store: sqlRecords(database, { clock }),
      openAnother: () => sqlRecords(database, { clock }),
      teardown: drop,
    }
  })
}
