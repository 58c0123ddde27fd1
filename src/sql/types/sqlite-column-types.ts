import { type Kysely, sql } from 'kysely'
import { tableParts } from '../identifiers.ts'
import { asIs, type ColumnKind, type ColumnType, type ColumnTypes } from './column-type.ts'

/**
 * Returns the declared types of a table's columns. In SQLite a declared type is a preference: each value has its own
 * type.
 */
export async function sqliteColumnTypes(db: Kysely<unknown>, table: string): Promise<ColumnTypes> {
  const parts = tableParts(table)
  const name = sql.id(parts.at(-1) as string)
  const schema = parts.length > 1 ? sql`${sql.id(parts[0] as string)}.` : sql``
  const { rows } = await sql<{ name: string; type: string }>`pragma ${schema}table_xinfo(${name})`.execute(db)
  return new Map(rows.map((column) => [column.name, typeOf(column.type)]))
}

function typeOf(declared: string): ColumnType {
  const name = declared || 'none'
  return { kind: kindOf(declared.toUpperCase()), name, select: asIs, selectForRow: asIs }
}

/**
 * Follows the rules of SQLite, https://www.sqlite.org/datatype3.html, section 3.1. Types that mean bytes in other
 * databases mean bytes here too.
 */
function kindOf(declared: string): ColumnKind {
  if (/INT/.test(declared)) return 'integer'
  if (/CHAR|CLOB|TEXT/.test(declared)) return 'text'
  if (/BLOB|BINARY|BYTEA/.test(declared)) return 'bytes'
  if (/REAL|FLOA|DOUB/.test(declared)) return 'float'
  return 'dynamic'
}
