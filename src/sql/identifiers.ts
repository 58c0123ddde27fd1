import { type RawBuilder, sql } from 'kysely'
import { ConfigurationError } from '../errors.ts'

/** A table for a statement, with its schema before a dot. @throws {ConfigurationError} when a part has no name. */
export function tableName(name: string): RawBuilder<unknown> {
  return sql.id(...tableParts(name))
}

/** The names of schema and table, or of the table alone. @throws {ConfigurationError} when a part has no name. */
export function tableParts(name: string): readonly string[] {
  return String(name).split('.').map(identifier)
}

/** A column for a statement. @throws {ConfigurationError} when it has no name. */
export function columnName(name: string): RawBuilder<unknown> {
  return sql.id(identifier(name))
}

function identifier(name: unknown): string {
  if (typeof name === 'string' && name.trim() !== '' && !name.includes('\0')) return name
  throw new ConfigurationError(`There is no table or column called ${JSON.stringify(name)}.`)
}
