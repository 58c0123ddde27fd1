import type { RawBuilder } from 'kysely'

/**
 * The kinds of column that are read in the same way. `bits` are numbers kept as bits, `dynamic` is a column of SQLite
 * whose values have types of their own, and `other` has a text that is shown and never compared.
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

/** The type of a column in somebody else's table, and how its values are asked for. */
export interface ColumnType {
  readonly kind: ColumnKind
  /** As the database calls it, for messages. */
  readonly name: string
  /** Makes what stands in a `select`, so that the value arrives in the one form of its kind. */
  readonly select: (column: Column) => Column
  /** Makes what stands in a `select` of a whole row, for a function of the application. */
  readonly selectForRow: (column: Column) => Column
}

type Column = RawBuilder<unknown>

/** The columns of a table by name, in their order. */
export type ColumnTypes = ReadonlyMap<string, ColumnType>

export const asIs = (column: Column): Column => column

/** What a column can be used for. */
export type ColumnUse = 'id' | 'name' | 'hash' | 'role' | 'roles' | 'disabled' | 'active' | 'superuser' | 'property'

/**
 * Says why a column of this type cannot be used so; undefined when it can.
 *
 * Why floats cannot name anybody: their text is rounded, so that two people could share it. Why dates cannot: their
 * text depends on time zones.
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
  // A name that is typed has not the zero bytes that fill up the column.
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
