import type { RawBuilder } from 'kysely'

/**
 * The kinds of column that are read in the same way.
 *
 * - `bits`: numbers stored as bits.
 * - `dynamic`: a column of SQLite, where each value has its own type.
 * - `other`: a text that is shown, and left out of comparisons.
 */
export type ColumnKind =
  | 'text'
  | 'bytes'
  | 'fixed bytes'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'bits'
  | 'boolean'
  | 'date'
  | 'json'
  | 'names'
  | 'list'
  | 'dynamic'
  | 'other'

/** The type of a column in a foreign table, and the SQL that reads its values. */
export interface ColumnType {
  readonly kind: ColumnKind
  /** The name that the database gives to the type, for messages. */
  readonly name: string
  /** Builds the expression of a `select`, so that the value arrives in the one form of its kind. */
  readonly select: (column: Column) => Column
  /** Builds the expression of a `select` of a whole row, for a function of the application. */
  readonly selectForRow: (column: Column) => Column
}

type Column = RawBuilder<unknown>

/** The columns of a table by name, in their order. */
export type ColumnTypes = ReadonlyMap<string, ColumnType>

export const asIs = (column: Column): Column => column

/** The uses of a column. */
export type ColumnUse = 'id' | 'name' | 'hash' | 'role' | 'roles' | 'disabled' | 'active' | 'superuser' | 'property'

/**
 * Returns the reason why a column of this type is unfit for a use, or undefined when it is fit.
 *
 * Floats and dates are unfit for names and ids. Why: the text of a float is rounded, so that two people could share it,
 * and the text of a date depends on time zones.
 */
export function whyUnfit(column: string, { kind, name }: ColumnType, use: ColumnUse): string | undefined {
  if (use === 'property' || FIT[use].includes(kind)) return undefined
  return `the column ${column} is of the type ${name}, which cannot hold ${HELD[use]}; ${ADVICE}`
}

const ADVICE = 'a view can convert it'

const NAMING: readonly ColumnKind[] = ['text', 'bytes', 'integer', 'decimal', 'dynamic']
const FLAGS: readonly ColumnKind[] = [...NAMING, 'fixed bytes', 'float', 'bits', 'boolean']
const FIT: Readonly<Record<Exclude<ColumnUse, 'property'>, readonly ColumnKind[]>> = {
  id: [...NAMING, 'fixed bytes'],
  // Without 'fixed bytes'. Why: a typed name lacks the zero bytes that fill up the column.
  name: NAMING,
  hash: ['text', 'bytes', 'fixed bytes', 'dynamic'],
  role: ['text', 'bytes', 'fixed bytes', 'integer', 'dynamic'],
  roles: ['text', 'bytes', 'fixed bytes', 'integer', 'json', 'names', 'dynamic'],
  disabled: [...FLAGS, 'date'],
  active: FLAGS,
  superuser: FLAGS,
}
const HELD = {
  id: 'the id of a user',
  name: 'the name of a user',
  hash: 'a password hash',
  role: 'the name of a role',
  roles: 'the names of roles',
  disabled: 'a state',
  active: 'a state',
  superuser: 'a state',
} as const
