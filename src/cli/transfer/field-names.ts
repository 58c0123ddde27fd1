import type { TransferUser } from '../../index.ts'

/** What a column or a member of a file brings. */
export interface FoundField {
  readonly field: keyof TransferUser
  /** Whether the file says the opposite, such as `enabled`. */
  readonly isReversed: boolean
}

/**
 * Finds what a name in somebody else's file stands for: `password_hash`, `Password-Hash` and `passwordHash` are one.
 * Undefined for names that are not imported.
 *
 * Names that say whether somebody may come in are all read. Why: whoever is kept out elsewhere would come in.
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
