import { type RawBuilder, sql } from 'kysely'
import type { JsonValue } from '../users/account.ts'
import { asText } from './column-values.ts'
import { type ColumnUses, isSameColumn, type OpenedTable } from './foreign-table.ts'
import { columnName } from './identifiers.ts'
import type { ColumnUse } from './types/column-type.ts'
import { readFlag, readHash, readId, readName, readProperty, readRoles } from './types/read-value.ts'

/** The names of columns in somebody else's table of users. */
export interface ExistingColumns {
  /**
   * What never changes about a user: a text, a number, or bytes, whose id is their hexadecimal digits. No two rows may
   * have the same. Default: the user name.
   */
  readonly id?: string
  readonly username: string
  readonly passwordHash: string
  readonly description?: string
  /** True or 1 for whoever may do everything. */
  readonly superuser?: string
  /** False, 0, empty or a zero date for whoever may come in. */
  readonly disabled?: string
  /** True or 1 for whoever may come in. */
  readonly active?: string
}

/** Which columns of the table mean what, and what is wanted of a row. */
export interface Mapping {
  readonly table: string
  readonly columns: ExistingColumns
  readonly properties: readonly string[]
  readonly roles?: { readonly column: string; readonly separator?: string } | undefined
  /** Whether somebody needs all columns. */
  readonly wholeRow: boolean
}

/** A row of that table, read. */
export interface ExistingUser {
  readonly id: string
  readonly name: string
  readonly passwordHash: string | undefined
  readonly description: string
  readonly superuser: boolean
  readonly disabled: boolean
  readonly properties: Readonly<Record<string, JsonValue>>
  /** The names that stand in the column of roles. Empty without that column. */
  readonly roleNames: readonly string[]
  /** All columns but the password hash. Empty unless somebody needs it. */
  readonly wholeRow: Readonly<Record<string, unknown>>
}

/** A row as the database gives it, under names of ours: `id`, `username`, `property0` and so on. */
export type Row = Readonly<Record<string, unknown>>

/** Says how a row is asked for, and how it is read. */
export function existingRow({ columns, properties, roles, wholeRow }: Mapping) {
  const { username, passwordHash, id = username, description, superuser, disabled, active } = columns
  const named: readonly (readonly [alias: string, column: string | undefined, use: ColumnUse])[] = [
    ['id', id, 'id'],
    ['username', username, 'name'],
    ['passwordHash', passwordHash, 'hash'],
    ['description', description, 'property'],
    ['superuser', superuser, 'superuser'],
    ['disabled', disabled, 'disabled'],
    ['active', active, 'active'],
    ['roles', roles?.column, 'roles'],
    ...properties.map((column, index) => [`property${index}`, column, 'property'] as const),
  ]
  const mapped = named.flatMap(([alias, column, use]) => (column === undefined ? [] : [{ alias, column, use }]))
  for (const { column } of mapped) columnName(column)

  function othersIn({ types }: OpenedTable) {
    return wholeRow ? [...types].filter(([name]) => !isSameColumn(name, passwordHash)) : []
  }

  return {
    id,
    username,
    passwordHash,
    uses: mapped.map(({ column, use }) => [column, use] as const) satisfies ColumnUses,

    /** What stands in a `select`. */
    selected(opened: OpenedTable): RawBuilder<unknown> {
      return sql.join([
        ...mapped.map(({ alias, column }) => {
          return sql`${opened.typeOf(column).select(columnName(column))} as ${sql.id(alias)}`
        }),
        ...othersIn(opened).map(([name, type], index) => {
          return sql`${type.selectForRow(columnName(name))} as ${sql.id(`row${index}`)}`
        }),
      ])
    },

    /** @throws {UnusableValueError} when a value of the row cannot be used. */
    toUser(row: Row, opened: OpenedTable): ExistingUser {
      const { typeOf } = opened
      const flag = (alias: string, column: string) => readFlag(typeOf(column), row[alias])
      const isActive = active === undefined || flag('active', active) === true
      const isDisabled = disabled !== undefined && flag('disabled', disabled) !== false
      return {
        id: readId(typeOf(id), row.id),
        name: readName(row.username),
        passwordHash: readHash(row.passwordHash),
        description: description === undefined ? '' : asText(readProperty(typeOf(description), row.description)),
        superuser: superuser !== undefined && flag('superuser', superuser) === true,
        disabled: isDisabled || !isActive,
        properties: Object.fromEntries(
          properties.map((column, index) => [column, readProperty(typeOf(column), row[`property${index}`])]),
        ),
        roleNames: roles === undefined ? [] : readRoles(typeOf(roles.column), row.roles, roles.separator ?? ','),
        wholeRow: Object.fromEntries(
          othersIn(opened).map(([name], index) => [name, withoutZeroDate(row[`row${index}`])]),
        ),
      }
    },
  }
}

/** The driver makes an invalid date of a zero date, which is neither before nor after any other. */
function withoutZeroDate(value: unknown): unknown {
  return value instanceof Date && Number.isNaN(value.getTime()) ? null : value
}
