import { type RawBuilder, sql } from 'kysely'
import type { JsonValue } from '../users/account.ts'
import { asText } from './column-values.ts'
import { type ColumnUses, isSameColumn, type OpenedTable } from './foreign-table.ts'
import { columnName } from './identifiers.ts'
import type { ColumnUse } from './types/column-type.ts'
import { readFlag, readHash, readId, readName, readProperty, readRoles } from './types/read-value.ts'

/** The names of columns in a foreign table of users. */
export interface ExistingColumns {
  /**
   * A value that stays the same for a user's lifetime, and differs between rows. A text, a number, or bytes; the id of
   * bytes is their hexadecimal digits. Default: the user name.
   */
  readonly id?: string
  readonly username: string
  readonly passwordHash: string
  readonly description?: string
  /** True or 1 for users who may do everything. */
  readonly superuser?: string
  /** False, 0, empty or a zero date for users who may sign in. */
  readonly disabled?: string
  /** True or 1 for users who may sign in. */
  readonly active?: string
}

/** The meaning of the table's columns, and the parts of a row that are read. */
export interface Mapping {
  readonly table: string
  readonly columns: ExistingColumns
  readonly properties: readonly string[]
  readonly roles?: { readonly column: string; readonly separator?: string } | undefined
  /** True when a function of the application needs all columns. */
  readonly wholeRow: boolean
}

/** A row of the foreign table, with its values read. */
export interface ExistingUser {
  readonly id: string
  readonly name: string
  readonly passwordHash: string | undefined
  readonly description: string
  readonly superuser: boolean
  readonly disabled: boolean
  readonly properties: Readonly<Record<string, JsonValue>>
  /** The names in the column of roles. Empty without a column of roles. */
  readonly roleNames: readonly string[]
  /** All columns except the password hash. Empty unless a function of the application needs them. */
  readonly wholeRow: Readonly<Record<string, unknown>>
}

/** A row from the database, under fixed names: `id`, `username`, `property0` and so on. */
export type Row = Readonly<Record<string, unknown>>

/** Creates the expressions that select a row, and the function that reads the row. */
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

    /** The expressions of the `select`. */
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

/**
 * Replaces a zero date by null. Why: the driver turns a zero date into an invalid date, for which every comparison is
 * false.
 */
function withoutZeroDate(value: unknown): unknown {
  return value instanceof Date && Number.isNaN(value.getTime()) ? null : value
}
