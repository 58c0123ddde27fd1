import type { Kysely } from 'kysely'
import { DatabaseError } from '../errors.ts'
import type { Database } from './open-database.ts'
import { asIs, type ColumnType, type ColumnTypes, type ColumnUse, whyUnfit } from './types/column-type.ts'
import { readColumnTypes } from './types/read-column-types.ts'

/** A table that belongs to another application, with the types of its columns. */
export interface ForeignTable {
  readonly table: string
  /** Opens the database for reading. Asks for the types of the columns once. */
  opened(): Promise<OpenedTable>
  /**
   * Makes the next use ask for the types again. Call it when a query fails. Why: the owner may have changed the table.
   */
  forget(): void
}

export interface OpenedTable {
  readonly db: Kysely<unknown>
  typeOf(column: string): ColumnType
  /** All columns, in their order. */
  readonly types: ColumnTypes
}

/** The columns, each with its use. */
export type ColumnUses = readonly (readonly [column: string, use: ColumnUse])[]

export function foreignTable(database: Database, table: string): ForeignTable {
  let kept: ColumnTypes | undefined
  return {
    table,

    async opened() {
      const db = await database.reader()
      kept ??= await readColumnTypes(db, database.dialect, table)
      const types = kept
      return { db, types, typeOf: (column) => findColumn(types, column) ?? UNKNOWN }
    },

    forget() {
      kept = undefined
    },
  }
}

/** @throws {DatabaseError} when the type of a column is unfit for its use. */
export function assertFit(table: string, { typeOf }: OpenedTable, uses: ColumnUses): void {
  for (const [column, use] of uses) {
    const why = whyUnfit(column, typeOf(column), use)
    if (why !== undefined) throw new DatabaseError(`Cannot read the table ${table}: ${why}.`)
  }
}

/**
 * Returns true when two names mean the same column. Only PostgreSQL distinguishes capitals; a query with a wrong
 * capital fails there.
 */
export function isSameColumn(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function findColumn(types: ColumnTypes, column: string): ColumnType | undefined {
  const known = types.get(column)
  if (known) return known
  for (const [name, type] of types) if (isSameColumn(name, column)) return type
  return undefined
}

/** The type of a pseudo-column that can be read like a column, such as the `rowid` of SQLite. */
const UNKNOWN: ColumnType = { kind: 'dynamic', name: 'unknown', select: asIs, selectForRow: asIs }
