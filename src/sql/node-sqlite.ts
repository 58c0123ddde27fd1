import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely'

/**
 * Kysely's SQLite on the driver that Node brings along, so that nothing has to be compiled.
 *
 * Several processes may share the file: write-ahead logging, a busy timeout of 5 s, and transactions that take the
 * write lock when they begin, since one that starts by reading cannot wait for it later.
 */
export function nodeSqliteDialect(path: string): Dialect {
  const inner = { database: async () => openSqlite(path) }
  return {
    createDriver: () => new ImmediateSqliteDriver(inner),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

function openSqlite(path: string): SqliteDatabase {
  const database = new DatabaseSync(path)
  database.exec('pragma busy_timeout = 5000')
  database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
  database.exec('pragma foreign_keys = on')
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
