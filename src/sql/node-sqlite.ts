import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { Dialect, SqliteDatabase, SqliteStatement } from 'kysely'
import { foreignSqliteDialect } from './foreign-sqlite.ts'
import { iterateRows, readRows, sqliteDialectOf } from './sqlite-dialect.ts'

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
  return foreignSqliteDialect(path)
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
