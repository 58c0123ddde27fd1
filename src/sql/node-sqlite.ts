import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { Dialect, SqliteDatabase, SqliteStatement } from 'kysely'
import { foreignSqliteDialect } from './foreign-sqlite.ts'
import { iterateRows, readRows, sqliteDialectOf } from './sqlite-dialect.ts'

/**
 * Kysely's SQLite dialect on Node's built-in driver, so that the installation needs no compiler.
 *
 * Several processes may share the file. The file uses write-ahead logging, and a writer waits up to 5 s for another.
 * Transactions take the write lock when they begin. Why: a transaction that starts by reading cannot wait for the lock
 * later.
 */
export function nodeSqliteDialect(path: string): Dialect {
  return sqliteDialectOf(() => openSqlite(path))
}

/** The dialect for a file of another application. The file must exist, and stays as it is. */
export function readOnlySqliteDialect(path: string): Dialect {
  return foreignSqliteDialect(path)
}

function openSqlite(path: string): SqliteDatabase {
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma busy_timeout = 0')
    // When several processes open a new file at once, all but one find it locked here, under any timeout.
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    database.exec('pragma foreign_keys = on')
    // In KiB; only the used part takes memory. With the default of 2,000, a table of a million users is read again and
    // again.
    database.exec('pragma cache_size = -16000')
  } catch (error) {
    database.close()
    throw error
  }
  return handleOf(database)
}

/**
 * Keeps prepared statements, since most are used again. Why: dropped statements are freed by the garbage collector,
 * which is unaware of their size. The statements of an import would pile up.
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
    // Values are always bound, so the statement is free of users' text.
    reader: /^\s*(?:select|with|pragma|explain)\b|\breturning\b/i.test(sql),
    all: (parameters) => readRows(statement, values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    // A statement of its own for each iteration. Why: a slow reader must not block the kept statement for others.
    iterate: (parameters) => iterateRows(database.prepare(sql), values(parameters)),
  }
}
