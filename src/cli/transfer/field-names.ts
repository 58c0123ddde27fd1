import type { TransferUser } from '../../index.ts'

/** The field of a user that a column or a member of a file holds. */
export interface FoundField {
  readonly field: keyof TransferUser
  /** True when the file holds the opposite, such as `enabled` for `disabled`. */
  readonly isReversed: boolean
}

/**
 * Returns the field that a name in a file of another program stands for. `password_hash`, `Password-Hash` and
 * `passwordHash` are one field. Undefined for names that the import ignores.
 *
 * All names for the state of an account are read. Why: a user who is locked in the other program must stay locked.
 */
export function fieldOf(name: string): FoundField | undefined {
  const simple = name.trim().toLowerCase().replace(/[_ -]/g, '')
  const field = FIELDS.get(simple)
  if (field) return { field, isReversed: false }
  const state = simple.replace(/^is(?=.)/, '')
  if (KEPT_OUT.has(state)) return { field: 'disabled', isReversed: false }
  return LET_IN.has(state) ? { field: 'disabled', isReversed: true } : undefined
}

const FIELDS: ReadonlyMap<string, keyof TransferUser> = new Map([
  ['username', 'username'],
  ['id', 'id'],
  ['passwordhash', 'passwordHash'],
  ['password', 'passwordHash'],
  ['hash', 'passwordHash'],
  ['description', 'description'],
  ['roles', 'roles'],
  ['superuser', 'superuser'],
  ['disabled', 'disabled'],
  ['properties', 'properties'],
  ['createdat', 'createdAt'],
  ['created', 'createdAt'],
  ['changedat', 'changedAt'],
  ['changed', 'changedAt'],
])

const KEPT_OUT: ReadonlySet<string> = new Set([
  'disabled',
  'inactive',
  'deactivated',
  'locked',
  'blocked',
  'suspended',
  'banned',
])
const LET_IN: ReadonlySet<string> = new Set(['enabled', 'active'])
