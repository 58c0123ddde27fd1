import { type RawBuilder, sql } from 'kysely'
import { ConfigurationError } from '../errors.ts'

/**
 * Returns a table for a statement, with its schema before a dot.
 *
 * @throws {ConfigurationError} when a part of the name is empty or invalid.
 */
export function tableName(name: string): RawBuilder<unknown> {
  return sql.id(...tableParts(name))
}

/**
 * Returns the names of schema and table, or the name of the table alone.
 *
 * @throws {ConfigurationError} when a part of the name is empty or invalid.
 */
export function tableParts(name: string): readonly string[] {
  return String(name).split('.').map(identifier)
}

/**
 * Returns a column for a statement.
 *
 * @throws {ConfigurationError} when the name is empty or invalid.
 */
export function columnName(name: string): RawBuilder<unknown> {
  return sql.id(identifier(name))
}

function identifier(name: unknown): string {
  if (typeof name === 'string' && name.trim() !== '' && !name.includes('\0')) return name
  throw new ConfigurationError(`There is no table or column called ${JSON.stringify(name)}.`)
}
