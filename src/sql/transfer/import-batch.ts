import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import { CookieTooLargeError } from '../../errors.ts'
import type { TransferResult, WhenDifferent } from '../../users/user-transfer.ts'
import type { DialectName } from '../database-url.ts'
import type { Schema } from '../schema.ts'
import type { UserRow } from '../user-row.ts'
import type { CheckedUser } from './check-user.ts'
import { timeOrderedId } from './time-ordered-id.ts'
import { findUsers, insertUsers, takenIds, type UserInTable, updateUser } from './users-in-table.ts'

/** The parts in which a user of the import can differ from the stored user. */
export type Aspect = 'password' | 'roles' | 'superuser' | 'disabled' | 'details'

/** A user as it will be when the batch is done. */
export interface PlannedUser {
  row: UserRow
  roles: readonly string[]
  readonly isNew: boolean
  readonly changed: Set<Aspect>
}

/** The result for each user of a batch, and the users to write. */
export interface Plan {
  readonly results: readonly TransferResult[]
  readonly users: readonly PlannedUser[]
}

/** The users who are there before a batch. */
export interface UsersBefore {
  find(names: readonly string[]): Promise<readonly UserInTable[]>
  takenIds(ids: readonly string[]): Promise<ReadonlySet<string>>
}

export function usersInTables(db: Kysely<Schema>): UsersBefore {
  return { find: (names) => findUsers(db, names), takenIds: (ids) => takenIds(db, ids) }
}

export interface Planning {
  readonly whenDifferent: WhenDifferent
  readonly now: number
  /** @throws {CookieTooLargeError} when only the user before the change fits into a cookie. */
  assertFits(after: UserInTable, before?: UserInTable): void
}

/** Compares users with those who are there, and with those before them in the same batch. Writes nothing. */
export async function planImport(
  before: UsersBefore,
  checked: readonly (CheckedUser | { readonly reason: string })[],
  { whenDifferent, now, assertFits }: Planning,
): Promise<Plan> {
  const usable = checked.filter((user) => 'canonical' in user)
  const planned = new Map<string, PlannedUser>()
  const found = await before.find([...new Set(usable.map(({ canonical }) => canonical))])
  for (const user of found) planned.set(user.row.canonical_username, { ...user, isNew: false, changed: new Set() })
  const newIds = usable.flatMap(({ id, canonical }) => (id === undefined || planned.has(canonical) ? [] : [id]))
  const ids = new Set(await before.takenIds(newIds))

  function planOne(user: CheckedUser): TransferResult {
    const present = planned.get(user.canonical)
    if (!present) {
      if (user.id !== undefined && ids.has(user.id)) return rejected('its id is that of another user')
      const added = newUser(user, now)
      const tooLarge = whyTooLarge(added)
      if (tooLarge !== undefined) return rejected(tooLarge)
      ids.add(added.row.id)
      planned.set(user.canonical, added)
      return { outcome: 'added' }
    }
    const aspects = differences(present, user)
    const isSpelledAlike = present.row.username === user.username
    if (aspects.length === 0 && isSpelledAlike) return { outcome: 'unchanged' }
    if (whenDifferent === 'skip') return { outcome: 'skipped' }
    // Refuses a name that differs only in spelling. Why: two people of another system must stay two people here.
    if (!isSpelledAlike)
      return rejected(`there is ${JSON.stringify(present.row.username)} already, which is the same name`)
    if (whenDifferent === 'reject') return rejected(`there already, with another ${aspects.join(', another ')}`)
    const changed = changedUser(present, user, now)
    const tooLarge = whyTooLarge(changed, present)
    if (tooLarge !== undefined) return rejected(tooLarge)
    Object.assign(present, changed)
    for (const aspect of aspects) present.changed.add(aspect)
    return { outcome: 'updated' }
  }

  function whyTooLarge(after: UserInTable, present?: UserInTable): string | undefined {
    try {
      assertFits(after, present)
      return undefined
    } catch (error) {
      if (error instanceof CookieTooLargeError) return error.message
      throw error
    }
  }

  const results = checked.map((user) => ('canonical' in user ? planOne(user) : rejected(user.reason)))
  return { results, users: [...planned.values()] }
}

export async function writePlan(db: Kysely<Schema>, dialect: DialectName, { users }: Plan): Promise<void> {
  await insertUsers(
    db,
    dialect,
    users.filter(({ isNew }) => isNew),
  )
  for (const user of users) {
    if (!user.isNew && user.changed.size > 0) await updateUser(db, dialect, user, user.changed.has('roles'))
  }
}

function rejected(reason: string): TransferResult {
  return { outcome: 'rejected', reason }
}

function newUser(user: CheckedUser, now: number): PlannedUser {
  const row: UserRow = {
    id: user.id ?? timeOrderedId(now),
    username: user.username,
    canonical_username: user.canonical,
    description: user.description ?? '',
    password_hash: user.passwordHash ?? null,
    superuser: user.superuser ? 1 : 0,
    disabled: user.disabled ? 1 : 0,
    properties: user.properties ?? '{}',
    created_at: user.createdAt ?? now,
    changed_at: user.changedAt ?? now,
  }
  return { row, roles: user.roles ?? [], isNew: true, changed: new Set() }
}

/** Returns the parts that differ. Times are left out. Why: other times leave the account the same. */
function differences({ row, roles }: UserInTable, user: CheckedUser): Aspect[] {
  const differs: Record<Aspect, boolean> = {
    password: user.passwordHash !== undefined && user.passwordHash !== row.password_hash,
    roles: user.roles !== undefined && !isDeepStrictEqual(user.roles, roles),
    superuser: user.superuser !== undefined && user.superuser !== (row.superuser === 1),
    disabled: user.disabled !== undefined && user.disabled !== (row.disabled === 1),
    details:
      (user.description !== undefined && user.description !== row.description) ||
      (user.properties !== undefined && !isSameJson(user.properties, row.properties)),
  }
  return (Object.keys(differs) as Aspect[]).filter((aspect) => differs[aspect])
}

function isSameJson(one: string, other: string): boolean {
  return one === other || isDeepStrictEqual(JSON.parse(one), JSON.parse(other))
}

function changedUser({ row, roles }: UserInTable, user: CheckedUser, now: number): UserInTable {
  const changed = {
    ...row,
    password_hash: user.passwordHash === undefined ? row.password_hash : user.passwordHash,
    description: user.description ?? row.description,
    superuser: user.superuser === undefined ? row.superuser : Number(user.superuser),
    disabled: user.disabled === undefined ? row.disabled : Number(user.disabled),
    properties: user.properties ?? row.properties,
    changed_at: user.changedAt ?? now,
  }
  return { row: changed, roles: user.roles ?? roles }
}
