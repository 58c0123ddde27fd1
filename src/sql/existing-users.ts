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

/** Where the users are in somebody else's tables, beside the rules that every source may have. */
export interface ExistingUsersOptions extends SourceRules {
  /** The name of the source. Default: `existing`. */
  readonly name?: string
  /** The table that has a row for each user, as `table` or `schema.table`. */
  readonly table: string
  /** What stands in which of its columns. */
  readonly columns: ExistingColumns
  /** Where the roles are: a column of the same table, another table, or a function of the row. Default: nobody has any. */
  readonly roles?: RolesInColumn | RolesInTable | RolesOfRow
  /** Columns that become properties of the account, under their own names. */
  readonly properties?: readonly string[]
  /** Says why the user of this row may not come in; undefined, when there is no reason. The row is without the hash. */
  readonly blocked?: (row: Readonly<Record<string, unknown>>) => string | undefined | Promise<string | undefined>
  readonly passwords?: PasswordHasherOptions
}

/**
 * Users in a table that another application owns, with the password hashes that it keeps. Only ever read.
 *
 * ```ts
 * existingUsers(openDatabase('postgres://reader:…@db/shop'), {
 *   table: 'shop.customer',
 *   columns: { id: 'customer_no', username: 'email', passwordHash: 'password', active: 'is_active' },
 *   roles: { column: 'groups', separator: ';' },
 * })
 * ```
 *
 * A name finds the row that has it as typed, or in its canonical form. A refusal costs one hash whatever its reason,
 * of the kind that is in the table.
 *
 * @throws {ConfigurationError} when a table or column has no name.
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

  /** Takes the time of a wrong password: against the hash of anybody, so that it is that of the table's own kind. */
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
   * Accepts whoever has proved to be this user, if the id finds this user and nobody else.
   * Why: sessions and assignments of roles know the id alone.
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
 * Finds a user. In place of a name that nobody can have, one that nobody has is asked for. Why: an outage is to look the
 * same for every name.
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
