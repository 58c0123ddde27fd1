import type { Kysely } from 'kysely'
import type { DialectName } from '../database-url.ts'
import type { ColumnTypes } from './column-type.ts'
import { mysqlColumnTypes } from './mysql-column-types.ts'
import { postgresColumnTypes } from './postgres-column-types.ts'
import { sqliteColumnTypes } from './sqlite-column-types.ts'

/**
 * Asks the database for the types of all columns of a table or view. Empty where PostgreSQL or SQLite lacks the table.
 */
export function readColumnTypes(db: Kysely<unknown>, dialect: DialectName, table: string): Promise<ColumnTypes> {
  return READERS[dialect](db, table)
}

const READERS = { postgres: postgresColumnTypes, mysql: mysqlColumnTypes, sqlite: sqliteColumnTypes } as const
