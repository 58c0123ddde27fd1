import { sql } from 'kysely'
import { type Database, localUsers, openDatabase, sqlSessions } from 'ostiary/sql'
import { sessionStoreContract, userSourceContract } from 'ostiary/testing/contracts'
import type { DatabaseServer } from './database-server.ts'

const QUICK = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } } as const

/** What sources and stores promise, on a server. */
export function describeContracts(server: DatabaseServer): void {
  sessionStoreContract(`a store on ${server.name}`, async ({ clock }) => {
    const { url, drop } = await server.create()
    const databases: Database[] = []
    const open = () => {
      const database = openDatabase(url)
      databases.push(database)
      return sqlSessions(database, { clock, pollEvery: '20ms' })
    }
    return {
      store: open(),
      openAnother: open,
      async teardown() {
        for (const database of databases) await database.close()
        await drop()
      },
    }
  })

  userSourceContract(`the local source on ${server.name}`, async () => {
    const { url, drop } = await server.create()
    const database = openDatabase(url)
    const source = localUsers(database, { passwords: QUICK, passwordPolicy: 'none' })
    const accepted = { username: 'Anna Müller', password: 'correct horse' }
    const account = {
      description: 'Runs the shop 🏪',
      roles: ['Editor', 'Viewer'],
      properties: { shop: { number: 7 } },
    }
    const { id } = await source.add({ ...accepted, ...account })
    const blocked = { username: 'bert', password: 'battery staple' }
    const { id: blockedId } = await source.add(blocked)
    await source.disable('bert')
    return {
      source,
      accepted,
      expectedAccount: { ...account, id, name: 'Anna Müller', superuser: false },
      unknown: 'nobody',
      blocked: { ...blocked, id: blockedId },
      breakDown: async () =>
        void (await sql`alter table ostiary_user rename to out_of_reach`.execute(await database.tables())),
      async teardown() {
        await database.close()
        await drop()
      },
    }
  })
}
