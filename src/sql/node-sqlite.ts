import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
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
  return sqliteDialectOf(() => openSqlite(path))
}

/** For a file of somebody else's: it has to exist, and stays as it is. */
export function readOnlySqliteDialect(path: string): Dialect {
  return sqliteDialectOf(() => handleOf(new DatabaseSync(path, { readOnly: true })))
}

/** Kysely's SQLite on whatever opens a database. */
export function sqliteDialectOf(open: () => SqliteDatabase): Dialect {
  const inner = { database: () => waitForWriter(async () => open(), performance.now()) }
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
    // In KiB, and no more than is used. With the default of 2,000 a table of a million users is read again and again.
    database.exec('pragma cache_size = -16000')
  } catch (error) {
    database.close()
    throw error
  }
  return handleOf(database)
}

/**
 * Statements are kept, since most come again and again. One that is dropped is freed when garbage is collected, which
 * does not know how large it is: those of an import would pile up.
 */
function handleOf(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    prepare(sql) {
      const kept = statements.get(sql)
      if (kept) return kept
      const statement = prepare(database, sql)
      const [oldest] = statements.keys()
      if (oldest !== undefined && statements.size >= MOST_STATEMENTS) statements.delete(oldest)
      statements.set(sql, statement)
      return statement
    },
    close: () => database.close(),
  }
}

const MOST_STATEMENTS = 50

function prepare(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql)
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
  return {
    // Values are always bound, so no text of a user's stands in the statement.
    reader: /^\s*(?:select|with|pragma|explain)\b|\breturning\b/i.test(sql),
    all: (parameters) => readRows(statement, values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    // One of its own: whoever goes through rows slowly must not be in the way of others.
    iterate: (parameters) => iterateRows(database.prepare(sql), values(parameters)),
  }
}

/** A row as the driver gives it, with integers of more than 53 bits as text. */
export type Row = Record<string, unknown>

/** Reads all rows. Why text: the driver refuses a whole row for one integer that is too long for a number. */
export function readRows(statement: StatementSync, parameters: readonly SQLInputValue[]): Row[] {
  statement.setReadBigInts(true)
  return (statement.all(...parameters) as Row[]).map(withNumbers)
}

function* iterateRows(statement: StatementSync, parameters: readonly SQLInputValue[]): IterableIterator<Row> {
  statement.setReadBigInts(true)
  for (const row of statement.iterate(...parameters)) yield withNumbers(row as Row)
}

function withNumbers(row: Row): Row {
  for (const column in row) {
    const value = row[column]
    if (typeof value === 'bigint') row[column] = shortened(value)
  }
  return row
}

function shortened(integer: bigint): number | string {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : String(integer)
}
