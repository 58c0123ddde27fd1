import { type RawBuilder, sql } from 'kysely'
import { readStoredHash } from '../passwords/read-stored-hash.ts'
import { reasonOf } from '../reason-of.ts'
import { type Finding, fault, fine, someOf, undeclaredRoles, warning } from '../users/finding.ts'
import { asList, asText } from './column-values.ts'
import type { RolesInColumn, RolesInTable, RolesOfRow } from './existing-roles.ts'
import { columnName, type ExistingColumns, type ExistingTable, tableName } from './existing-table.ts'
import type { Database } from './open-database.ts'

interface Where {
  readonly table: string
  readonly columns: ExistingColumns
  readonly roles: RolesInColumn | RolesInTable | RolesOfRow | undefined
}

/** Whether tables and columns are there, the hashes are of a kind that is known, and the roles are those of the code. */
export async function* checkExisting(
  database: Database,
  where: Where,
  rows: ExistingTable,
  declared: readonly string[],
): AsyncGenerator<Finding> {
  const { table } = where
  try {
    const wrong = await rows.unreadable()
    for (const [column, why] of wrong) yield fault(`the column ${column} of ${table} cannot be read: ${why}`)
    if (wrong.size === 0) yield fine(`the table ${table} has all columns that are named`)
    if (!wrong.has(where.columns.passwordHash)) yield* checkHashes(rows, table)
  } catch (cause) {
    yield fault(`the table ${table} cannot be read: ${reasonOf(cause)}`)
    return
  }
  yield* checkRoles(database, where, declared)
}

async function* checkHashes(rows: ExistingTable, table: string): AsyncGenerator<Finding> {
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
  { table, roles }: Where,
  declared: readonly string[],
): AsyncGenerator<Finding> {
  if (roles === undefined) return
  if (typeof roles === 'function') return yield fine('roles is a function: what it makes of rows is not checked')
  let names: Set<string>
  try {
    const query = 'table' in roles ? rolesInTable(roles) : rolesInColumn(table, roles)
    const { rows } = await query.execute(await database.foreignTables())
    if (rows.length > MOST_VALUES) yield fine(`only ${MOST_VALUES} values of roles are looked at: there are more`)
    const separator = 'table' in roles ? undefined : (roles.separator ?? ',')
    const values = rows.slice(0, MOST_VALUES).map(({ role }) => role)
    const read = (value: unknown) => (separator === undefined ? [asText(value).trim()] : asList(value, separator))
    names = new Set(values.flatMap(read).filter((name) => name !== ''))
  } catch (cause) {
    return yield fault(`roles cannot be read: ${reasonOf(cause)}`)
  }
  yield* undeclaredRoles(`users of ${table} have`, [...names].sort(), declared)
  const unused = declared.filter((name) => !names.has(name))
  if (unused.length > 0) yield fine(`roles of the code that are not found in ${table}: ${someOf(unused)}`)
}

const MOST_VALUES = 1000
/** So that a check of a large table is no burden for its owner. */
const MOST_ROWS = 100_000

type RolesQuery = RawBuilder<{ role: unknown }>

function rolesInColumn(table: string, { column, separator }: RolesInColumn): RolesQuery {
  const role = columnName(column)
  const rows = sql`select ${role} as role from ${tableName(table)} where ${role} is not null`
  // PostgreSQL cannot compare its type json.
  return separator === 'json' ? sql`${rows} limit ${sql.lit(MOST_VALUES + 1)}` : distinct(rows)
}

/** Those that users have, with the names from the third table where there is one. */
function rolesInTable({ table, user, role, names }: RolesInTable): RolesQuery {
  const given = sql`g.${columnName(role)}`
  const name = names ? sql`n.${columnName(names.name)}` : given
  const named = names ? sql`join ${tableName(names.table)} n on n.${columnName(names.id)} = ${given}` : sql``
  const owner = sql`g.${columnName(user)}`
  return distinct(sql`select ${name} as role from ${tableName(table)} g ${named} where ${owner} is not null`)
}

function distinct(rows: RawBuilder<unknown>): RolesQuery {
  const some = sql`(${rows} limit ${sql.lit(MOST_ROWS)})`
  return sql`select distinct role from ${some} r limit ${sql.lit(MOST_VALUES + 1)}`
}
