import { CompiledQuery, type Kysely } from 'kysely'
import type { DialectName } from '../database-url.ts'
import type { Schema } from '../schema.ts'

/**
 * Inserts rows, many in a statement.
 *
 * Writes SQL text itself. Why: Kysely creates an object for each value, which costs time and memory with a million
 * rows. Only names of tables and columns, which come from this package, become text; values are bound.
 */
export async function insertRows<T extends object>(
  db: Kysely<Schema>,
  dialect: DialectName,
  table: keyof Schema,
  rows: readonly T[],
): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = Object.keys(first) as (keyof T & string)[]
  const quote = dialect === 'mysql' ? '`' : '"'
  const names = [table, ...columns].map((name) => `${quote}${name}${quote}`)
  const start = `insert into ${names[0]} (${names.slice(1).join(', ')}) values `

  for (let from = 0; from < rows.length; from += PART) {
    const part = rows.slice(from, from + PART)
    const values = part.flatMap((row) => columns.map((column) => row[column]))
    await db.executeQuery(CompiledQuery.raw(start + placeholders(dialect, part.length, columns.length), values))
  }
}

/**
 * Rows in one statement. A statement on SQLite has at most 32,766 values. Smaller statements are also parsed sooner.
 */
const PART = 200

function placeholders(dialect: DialectName, rows: number, columns: number): string {
  const numbered = dialect === 'postgres'
  const row = (index: number) =>
    Array.from({ length: columns }, (_, column) => (numbered ? `$${index * columns + column + 1}` : '?')).join(', ')
  return Array.from({ length: rows }, (_, index) => `(${row(index)})`).join(', ')
}
