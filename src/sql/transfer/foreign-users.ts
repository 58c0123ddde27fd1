import { Kysely } from 'kysely'
import { AuthError, DatabaseError } from '../../errors.ts'
import type { TransferUser } from '../../users/user-transfer.ts'
import { readDatabaseUrl } from '../database-url.ts'
import { readOnlySqliteDialect } from '../node-sqlite.ts'
import { connectionFailure, openDatabase } from '../open-database.ts'
import { countDjangoUsers, djangoUsers } from './django-users.ts'
import { countZopyxUsers, zopyxUsers } from './zopyx-users.ts'

/** A user in a table of another application, or why the row is none. `at` says which row it is, for people who look for it. */
export type ForeignUser =
  | { readonly at: number; readonly user: TransferUser }
  | { readonly at: number; readonly reason: string }

/** The users in the database of another application. Reads them in pages; the database stays unchanged. */
export interface ForeignUsers {
  count(): Promise<number>
  read(): AsyncIterable<ForeignUser>
  close(): Promise<void>
}

/**
 * Opens the database of another application for reading. Errors of the methods show of the URL only where it points to.
 *
 * @throws {ConfigurationError} when the URL names an unsupported database.
 */
export async function openForeignUsers(url: string, application: 'django' | 'zopyx'): Promise<ForeignUsers> {
  const named = readDatabaseUrl(url)
  const { count, read } = APPLICATIONS[application]
  const { tables, close } = 'url' in named ? await onServer(url) : inFile(named.path)
  const failure = (cause: unknown) =>
    cause instanceof AuthError
      ? cause
      : new DatabaseError(`Cannot read the users in ${named.label}: ${connectionFailure(cause)}`, { cause })
  return {
    count: () =>
      count(tables).catch((cause: unknown) => {
        throw failure(cause)
      }),
    async *read() {
      try {
        yield* read(tables, named.dialect)
      } catch (cause) {
        throw failure(cause)
      }
    },
    close,
  }
}

interface Tables {
  readonly tables: Kysely<unknown>
  close(): Promise<void>
}

async function onServer(url: string): Promise<Tables> {
  const database = openDatabase(url)
  return { tables: await database.foreignTables(), close: database.close }
}

function inFile(path: string): Tables {
  const tables = new Kysely<unknown>({ dialect: readOnlySqliteDialect(path) })
  return { tables, close: () => tables.destroy() }
}

const APPLICATIONS = {
  django: { count: countDjangoUsers, read: djangoUsers },
  zopyx: { count: countZopyxUsers, read: zopyxUsers },
} as const
