import { type RawBuilder, sql } from 'kysely'
import { type Diagnostic, fault, fine, someOf, undeclaredRoles, warning } from '../diagnostics/diagnostic.ts'
import { readStoredHash } from '../passwords/read-stored-hash.ts'
import { reasonOf } from '../reason-of.ts'
import type { DialectName } from './database-url.ts'
import type { RolesInColumn, RolesInTable, RolesOfRow } from './existing-roles.ts'
import type { ExistingColumns } from './existing-row.ts'
import type { ExistingTable } from './existing-table.ts'
import { foreignTable } from './foreign-table.ts'
import { columnName, tableName } from './identifiers.ts'
import type { Database } from './open-database.ts'
import { type IdColumn, rolesTables } from './roles-tables.ts'
import { type ColumnType, whyUnfit } from './types/column-type.ts'
import { readRole, readRoles } from './types/read-value.ts'

interface Where {
  readonly table: string
  readonly columns: ExistingColumns
  readonly roles: RolesInColumn | RolesInTable | RolesOfRow | undefined
}

/**
 * Reports the state of foreign tables. Reported are missing columns and unfit types, rows that a login could not read,
 * and unknown kinds of hashes. Reported, too, are roles that differ from the roles of the code.
 */
export async function* checkExisting(
  database: Database,
  where: Where,
  rows: ExistingTable,
  declared: readonly string[],
): AsyncGenerator<Diagnostic> {
  const { table } = where
  try {
    const wrong = await rows.unreadable()
    for (const [column, why] of wrong) yield fault(`the column ${column} of ${table} cannot be read: ${why}`)
    if (wrong.size === 0) yield fine(`the table ${table} has all columns that are named`)
    if (!wrong.has(where.columns.passwordHash)) yield* checkHashes(rows, table)
    let isReadable = wrong.size === 0
    for await (const finding of checkRoles(database, where, declared)) {
      yield finding
      isReadable &&= finding.level !== 'error'
    }
    if (isReadable) yield* checkRows(rows, table)
  } catch (cause) {
    yield fault(`the table ${table} cannot be read: ${reasonOf(cause)}`)
  }
}

const MOST_ROWS_READ = 1000

async function* checkRows(rows: ExistingTable, table: string): AsyncGenerator<Diagnostic> {
  for (const [why, count] of await rows.faultsOfSome(MOST_ROWS_READ)) {
    yield warning(`${count} of the first ${MOST_ROWS_READ} users of ${table} cannot sign in: ${why}`)
  }
}

async function* checkHashes(rows: ExistingTable, table: string): AsyncGenerator<Diagnostic> {
  const hash = await rows.anyHash()
  if (hash === undefined)
    return yield warning(`nobody in ${table} has a password: it is empty, or the hashes are elsewhere`)
  try {
    readStoredHash(hash)
  } catch (cause) {
    yield warning(`somebody in ${table} cannot sign in: ${reasonOf(cause)}`)
  }
}

async function* checkRoles(
  database: Database,
  { table, columns, roles }: Where,
  declared: readonly string[],
): AsyncGenerator<Diagnostic> {
  if (roles === undefined) return
  if (typeof roles === 'function') return yield fine('roles is a function: what it makes of rows is not checked')
  let names: Set<string>
  try {
    const ids = { table, id: columns.id ?? columns.username }
    const { values, read } = await ('table' in roles
      ? inTables(database, roles, ids)
      : inColumn(database, table, roles))
    if (values.length > MOST_VALUES) yield fine(`only ${MOST_VALUES} values of roles are looked at: there are more`)
    names = new Set(
      values
        .slice(0, MOST_VALUES)
        .flatMap(read)
        .filter((name) => name !== ''),
    )
  } catch (cause) {
    return yield fault(`roles cannot be read: ${reasonOf(cause)}`)
  }
  yield* undeclaredRoles(`users of ${table} have`, [...names].sort(), declared)
  const unused = declared.filter((name) => !names.has(name))
  if (unused.length > 0) yield fine(`roles of the code that are not found in ${table}: ${someOf(unused)}`)
}

const MOST_VALUES = 1000
/** Rows that the check of roles reads at most. Why: the check of a large table must stay cheap for its owner. */
const MOST_ROWS = 100_000

interface FoundRoles {
  readonly values: readonly unknown[]
  readonly read: (value: unknown) => readonly string[]
}

async function inColumn(
  database: Database,
  table: string,
  { column, separator = ',' }: RolesInColumn,
): Promise<FoundRoles> {
  const { db, typeOf } = await foreignTable(database, table).opened()
  const [type, role] = [typeOf(column), columnName(column)]
  const why = whyUnfit(column, type, 'roles')
  if (why !== undefined) throw new Error(why)
  const rows = sql`select ${exact(database.dialect, type, role)} as role from ${tableName(table)} where ${role} is not null`
  const { rows: values } = await distinct(rows).execute(db)
  return { values: values.map((row) => row.role), read: (value) => readRoles(type, value, separator) }
}

/** Those that users have, with the names from the third table where there is one. */
async function inTables(database: Database, roles: RolesInTable, ids: IdColumn): Promise<FoundRoles> {
  const { name, type, from } = await rolesTables(database, roles, ids).allRoles()
  const rows = sql`select ${exact(database.dialect, type, name)} as role from ${from}`
  const { rows: values } = await distinct(rows).execute(await database.reader())
  return { values: values.map((row) => row.role), read: (value) => [readRole(value)] }
}

/** An expression whose values the database compares exactly, so that `distinct` keeps different values apart. */
function exact(dialect: DialectName, type: ColumnType, column: RawBuilder<unknown>): RawBuilder<unknown> {
  const value = type.select(column)
  if (dialect === 'postgres') return type.kind === 'bytes' ? value : sql`cast(${value} as text) collate "C"`
  // In SQLite, a column of any type has a collation.
  if (dialect === 'sqlite') return sql`${value} collate binary`
  if (type.kind !== 'text') return value
  return sql`convert(${value} using utf8mb4) collate utf8mb4_bin`
}

function distinct(rows: RawBuilder<unknown>): RawBuilder<{ role: unknown }> {
  const some = sql`(${rows} limit ${sql.lit(MOST_ROWS)})`
  return sql`select distinct role from ${some} r limit ${sql.lit(MOST_VALUES + 1)}`
}
