import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { type Dialect, type SqliteDatabase, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { SqliteTurnsAdapter, SqliteTurnsDriver, waitForWriter } from './sqlite-turns.ts'

/** Kysely's SQLite dialect on any function that opens a database. */
export function sqliteDialectOf(open: () => SqliteDatabase): Dialect {
  const inner = { database: () => waitForWriter(async () => open(), performance.now()) }
  return {
    createDriver: () => new SqliteTurnsDriver(inner),
    createAdapter: () => new SqliteTurnsAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** A row from the driver, with integers of more than 53 bits as text. */
export type Row = Record<string, unknown>

/**
 * Reads all rows. Long integers become text. Why: the driver refuses a whole row for one integer that is too long for a
 * number.
 */
export function readRows(statement: StatementSync, parameters: readonly SQLInputValue[]): Row[] {
  statement.setReadBigInts(true)
  return (statement.all(...parameters) as Row[]).map(withNumbers)
}

/** Reads rows one at a time. */
export function* iterateRows(statement: StatementSync, parameters: readonly SQLInputValue[]): IterableIterator<Row> {
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
