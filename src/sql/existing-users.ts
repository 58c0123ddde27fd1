import type { DiagnosticContext } from '../diagnostics/diagnostic.ts'
import { InvalidUsernameError, UnsupportedHashError } from '../errors.ts'
import { createPasswordHasher, type PasswordHasherOptions } from '../passwords/password-hasher.ts'
import type { LoginAttempt } from '../users/login-attempt.ts'
import { nobodysName } from '../users/nobody.ts'
import { accepted, blocked, type Outcome, rejected, unknown } from '../users/outcome.ts'
import { assertSourceName, type SourceRules, type UserSource } from '../users/user-source.ts'
import { canonicalUsername } from '../users/username.ts'
import { checkExisting } from './check-existing.ts'
import { createExistingRoles, type RolesInColumn, type RolesInTable, type RolesOfRow } from './existing-roles.ts'
import type { ExistingColumns, ExistingUser } from './existing-row.ts'
import { createExistingTable } from './existing-table.ts'
import type { Database } from './open-database.ts'
import { UnusableValueError } from './types/read-value.ts'

/** The foreign tables with users, and the rules that every source may have. */
export interface ExistingUsersOptions extends SourceRules {
  /** The name of the source. Default: `existing`. */
  readonly name?: string
  /** The table with a row for each user, as `table` or `schema.table`. */
  readonly table: string
  /** The columns of the table, by their meaning. */
  readonly columns: ExistingColumns
  /**
   * The place of the roles: a column of the same table, another table, or a function of the row. Default: users have no
   * roles.
   */
  readonly roles?: RolesInColumn | RolesInTable | RolesOfRow
  /** Columns that become properties of the account, under their own names. */
  readonly properties?: readonly string[]
  /** Returns the reason why the user of this row may not sign in, or undefined. `row` lacks the password hash. */
  readonly blocked?: (row: Readonly<Record<string, unknown>>) => string | undefined | Promise<string | undefined>
  readonly passwords?: PasswordHasherOptions
}

/**
 * A source of users in a table that another application owns, with the password hashes in it. The table is only read.
 *
 * ```ts
 * import { existingUsers, openDatabase } from 'ostiary/sql'
 *
 * const shop = openDatabase(process.env.SHOP_DATABASE_URL ?? 'postgres://reader@db.example.org/shop')
 * const users = existingUsers(shop, {
 *   table: 'shop.customer',
 *   columns: { id: 'customer_no', username: 'email', passwordHash: 'password', active: 'is_active' },
 *   roles: { column: 'groups', separator: ';' },
 * })
 * ```
 *
 * A login finds the row with the name as typed, or in its canonical form. A refusal costs one hash of the table's kind,
 * for every reason.
 *
 * @throws {ConfigurationError} when an option is invalid, such as the name of the source, a table or a column.
 */
export function existingUsers(database: Database, options: ExistingUsersOptions): UserSource {
  const { name = 'existing', table, columns, roles, properties = [], blocked: reason, passwords, ...rules } = options
  assertSourceName(name)
  const hasher = createPasswordHasher(passwords)
  const rows = createExistingTable(database, {
    table,
    columns,
    properties,
    roles: typeof roles === 'object' && 'column' in roles ? roles : undefined,
    wholeRow: typeof roles === 'function' || reason !== undefined,
  })
  const rolesOf = createExistingRoles(database, roles, { table, id: columns.id ?? columns.username })
  let sample: string | undefined

  /**
   * Takes the time of a wrong password. Verifies against another user's hash, so that the time is typical of the
   * table's kind of hashes.
   */
  async function refuse(password: string, signal: AbortSignal): Promise<void> {
    sample ??= await rows.anyHash()
    try {
      if (sample !== undefined) return void (await hasher.verify(password, sample, signal))
    } catch (error) {
      if (!(error instanceof UnsupportedHashError)) throw error
    }
    await hasher.refuse(password, signal)
  }

  async function whyBlocked(user: ExistingUser): Promise<string | undefined> {
    if (user.disabled) return 'disabled'
    return (reason && (await reason(user.wholeRow))) || undefined
  }

  async function accept(user: ExistingUser): Promise<Outcome> {
    const { id, description, superuser } = user
    return accepted({
      id,
      name: user.name,
      description,
      superuser,
      properties: user.properties,
      roles: await rolesOf(user),
    })
  }

  /**
   * Accepts a user whose password was right, after the id has found the same user alone.
   *
   * Why: sessions and role assignments know a user by the id only.
   */
  async function acceptIfFoundAgain(user: ExistingUser): Promise<Outcome> {
    const found = await rows.byId(user.id)
    if (found?.name === user.name) return accept(user)
    throw new UnusableValueError('the id does not find the user again')
  }

  return Object.freeze({
    ...rules,
    name,
    ready: () => rows.check(),
    isBusy: hasher.isBusy,

    async authenticate({ username, password }: LoginAttempt, signal: AbortSignal): Promise<Outcome> {
      let matched: boolean | undefined
      let found: { accountId: string } | undefined
      try {
        const user = await findForLogin(username, rows.byName)
        found = user && { accountId: user.id }
        const why = user && (await whyBlocked(user))
        if (user?.passwordHash && why === undefined) {
          matched = (await hasher.verify(password, user.passwordHash, signal)).matches
          return matched ? await acceptIfFoundAgain(user) : rejected(found)
        }
        await refuse(password, signal)
        if (!user) return unknown()
        return why === undefined ? rejected(found) : blocked(why, found)
      } catch (error) {
        if (!(error instanceof UnsupportedHashError || error instanceof UnusableValueError)) throw error
        if (matched === undefined) await refuse(password, signal)
        return blocked(error.message, found)
      }
    },

    check: ({ roleNames }: DiagnosticContext) => checkExisting(database, { table, columns, roles }, rows, roleNames),

    async lookup(accountId: string): Promise<Outcome> {
      try {
        const user = await rows.byId(accountId)
        if (!user) return unknown()
        const why = await whyBlocked(user)
        return why === undefined ? await accept(user) : blocked(why)
      } catch (error) {
        if (error instanceof UnusableValueError) return blocked(error.message)
        throw error
      }
    },

    async findId(username: string): Promise<string | undefined> {
      return (await findForLogin(username, rows.byName))?.id
    },
  })
}

type FindByName = (typed: string, canonical: string) => Promise<ExistingUser | undefined>

/**
 * Finds a user. For an impossible name, the database is asked for an unknown name. Why: an outage must look the same
 * for every name.
 */
async function findForLogin(username: string, byName: FindByName): Promise<ExistingUser | undefined> {
  const canonical = canonicalOrNone(username)
  return canonical === undefined ? askForNobody(byName) : byName(username.trim(), canonical)
}

async function askForNobody(byName: FindByName): Promise<undefined> {
  const name = nobodysName()
  await byName(name, name)
}

function canonicalOrNone(username: string): string | undefined {
  try {
    return canonicalUsername(username)
  } catch (error) {
    if (error instanceof InvalidUsernameError) return undefined
    throw error
  }
}
