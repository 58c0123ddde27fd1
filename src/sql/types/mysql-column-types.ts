import { type Kysely, type RawBuilder, sql } from 'kysely'
import { tableName } from '../identifiers.ts'
import { asIs, type ColumnKind, type ColumnType, type ColumnTypes } from './column-type.ts'

/** Returns the types of a table's columns on MariaDB and MySQL. */
export async function mysqlColumnTypes(db: Kysely<unknown>, table: string): Promise<ColumnTypes> {
  const { rows } = await sql<{ Field: string; Type: unknown }>`show columns from ${tableName(table)}`.execute(db)
  return new Map(rows.map((column) => [String(column.Field), typeOf(String(column.Type).toLowerCase())]))
}

function typeOf(name: string): ColumnType {
  const word = /^[a-z0-9]+/.exec(name)?.[0] ?? ''
  const kind = KINDS.get(word) ?? 'other'
  return { kind, name: name.slice(0, MOST_SHOWN), select: SELECTS.get(word) ?? asIs, selectForRow: asIs }
}

/** Characters of a type's name that are shown. Why: an enum may have thousands of values. */
const MOST_SHOWN = 60

const WORDS: Readonly<Partial<Record<ColumnKind, string>>> = {
  text: 'char varchar tinytext text mediumtext longtext enum set uuid inet4 inet6',
  bytes: 'varbinary tinyblob blob mediumblob longblob',
  'fixed bytes': 'binary',
  integer: 'tinyint smallint mediumint int bigint year',
  decimal: 'decimal',
  float: 'float double',
  bits: 'bit',
  date: 'date datetime timestamp',
  json: 'json',
}
const KINDS = new Map(
  Object.entries(WORDS).flatMap(([kind, words]) => words.split(' ').map((word) => [word, kind as ColumnKind])),
)

const asCharacters = (column: RawBuilder<unknown>) => sql`cast(${column} as char)`

/**
 * Dates are read as text. Why: the driver turns a zero date into an invalid date, and shifts days by the time zone of
 * the process.
 */
const SELECTS = new Map<string, ColumnType['select']>([
  ['date', asCharacters],
  ['datetime', asCharacters],
  // An instant, in seconds. Why: its text would be in the time zone of the server. A zero date is 0.
  ['timestamp', (column) => sql`unix_timestamp(${column})`],
  ['json', asCharacters],
  ['bit', (column) => sql`cast(${column} as unsigned)`],
])
