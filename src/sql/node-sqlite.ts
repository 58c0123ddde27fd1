import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import {
  type Dialect,
  type SqliteDatabase,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely'
import { SqliteTurnsAdapter, SqliteTurnsDriver, waitForWriter } from './sqlite-turns.ts'

/**
 * Kysely's SQLite on the driver that Node brings along, so that nothing has to be compiled.
 *
 * Several processes may share the file: write-ahead logging, up to 5 s of waiting for another writer, and transactions
 * that take the write lock when they begin, since one that starts by reading cannot wait for it later.
 */
export function nodeSqliteDialect(path: string): Dialect {
  const inner = { database: () => waitForWriter(async () => openSqlite(path), performance.now()) }
  return {
    createDriver: () => new SqliteTurnsDriver(inner),
    createAdapter: () => new SqliteTurnsAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function openSqlite(path: string): SqliteDatabase {
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma busy_timeout = 0')
    // Of several that open a new file at once, all but one find it locked here, whatever the timeout.
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    database.exec('pragma foreign_keys = on')
  } catch (error) {
    database.close()
    throw error
  }
  return {
    prepare: (sql) => prepare(database, sql),
    close: () => database.close(),
  }
}

function prepare(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql)
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
  return {
    // Values are always bound, so no text of a user's stands in the statement.
    reader: /^\s*(?:select|with|pragma|explain)\b|\breturning\b/i.test(sql),
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)) as IterableIterator<unknown>,
  }
}
