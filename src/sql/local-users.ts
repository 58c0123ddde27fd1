import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { InvalidUsernameError, UnsupportedHashError, UserExistsError, UserNotFoundError } from '../errors.ts'
import { createPasswordHasher, type PasswordHasherOptions } from '../passwords/password-hasher.ts'
import { createPasswordPolicy, type PasswordPolicyOptions } from '../passwords/password-policy.ts'
import { reasonOf } from '../reason-of.ts'
import type { AccountChange, AccountEvents } from '../users/account-events.ts'
import type { LoginAttempt } from '../users/login-attempt.ts'
import type { ManagedUserSource } from '../users/managed-users.ts'
import { nobodysName } from '../users/nobody.ts'
import { accepted, blocked, type Outcome, rejected, unknown } from '../users/outcome.ts'
import { userId } from '../users/user.ts'
import { assertSourceName, type SourceRules } from '../users/user-source.ts'
import { canonicalUsername, storedUsername } from '../users/username.ts'
import { warn } from '../warn.ts'
import { assertStillFits, checkAccount, writeProperties } from './check-account.ts'
import { checkLocal } from './check-local.ts'
import { knownRoleNames } from './known-roles.ts'
import type { Database } from './open-database.ts'
import { createUserTransfer } from './transfer/user-transfer.ts'
import { createUserTable, type StoredUser } from './user-table.ts'

/** The name of the source, its handling of passwords, and the rules that every source may have. */
export interface LocalUsersOptions extends SourceRules {
  /** The name of the source. Default: `local`. */
  readonly name?: string
  readonly passwords?: PasswordHasherOptions
  /** The rules for new passwords. `'none'` disables all rules: for tests and demonstrations. */
  readonly passwordPolicy?: PasswordPolicyOptions | 'none'
  readonly clock?: Clock
}

/**
 * A source of users in Ostiary's own tables, with their passwords.
 *
 * ```ts
 * import { localUsers, openDatabase } from 'ostiary/sql'
 *
 * const users = localUsers(openDatabase('sqlite::memory:'))
 * await users.add({ username: 'anna', password: 'nine purple lanterns' })
 * ```
 *
 * A refusal costs one hash for every reason: an unknown name, a disabled user, a missing password, a wrong password.
 *
 * @throws {ConfigurationError} when the name of the source or an option for passwords is invalid.
 */
export function localUsers(database: Database, options: LocalUsersOptions = {}): ManagedUserSource {
  const { name = 'local', passwords, passwordPolicy = {}, clock = Date.now, ...rules } = options
  assertSourceName(name)
  const hasher = createPasswordHasher(passwords)
  const policy = passwordPolicy === 'none' ? undefined : createPasswordPolicy(passwordPolicy)
  const table = createUserTable(database, clock)
  const listeners = new Set<AccountEvents>()

  async function existing(username: string): Promise<StoredUser> {
    const user = await table.byName(storedUsername(username))
    if (user) return user
    throw new UserNotFoundError(`There is no user ${JSON.stringify(username)}.`)
  }

  async function tell(
    kind: AccountChange['kind'],
    { id, username }: { readonly id: string; readonly username: string },
    options: Pick<AccountChange, 'keepSession'> = {},
  ): Promise<void> {
    const change = { kind, userId: userId(name, id), username, ...options }
    await Promise.all([...listeners].map((listener) => listener.accountChanged(change)))
  }

  /**
   * Replaces an outdated hash, unless the password was changed in the meantime. A failed upgrade waits for the next
   * login.
   */
  async function upgradeHash(user: StoredUser, password: string): Promise<void> {
    try {
      await table.replaceHash(user, await hasher.hash(password))
    } catch (cause) {
      warn('OSTIARY_HASH_NOT_UPGRADED', `A password hash could not be upgraded: ${reasonOf(cause)}`)
    }
  }

  return {
    ...rules,
    name,
    shared: database.shared,
    ready: () => database.ready(),
    join: (listener) => void listeners.add(listener),
    isBusy: hasher.isBusy,
    transfer: createUserTransfer({ database, source: name, clock, hasher, listeners, tell }),

    async authenticate({ username, password }: LoginAttempt, signal: AbortSignal): Promise<Outcome> {
      const user = await findForLogin(table.byName, username)
      if (!user?.passwordHash || user.disabled) {
        await hasher.refuse(password, signal)
        if (!user) return unknown()
        return user.disabled ? blocked('disabled', { accountId: user.id }) : rejected({ accountId: user.id })
      }
      try {
        const { matches, outdated } = await hasher.verify(password, user.passwordHash, signal)
        if (!matches) return rejected({ accountId: user.id })
        if (outdated) await upgradeHash(user, password)
        return accepted(user)
      } catch (error) {
        if (!(error instanceof UnsupportedHashError)) throw error
        await hasher.refuse(password, signal)
        return blocked(error.message, { accountId: user.id })
      }
    },

    async lookup(accountId) {
      const user = await table.byId(accountId)
      if (!user) return unknown()
      return user.disabled ? blocked('disabled') : accepted(user)
    },

    async findId(username) {
      return (await findForLogin(table.byName, username))?.id
    },

    check: ({ roleNames }) => checkLocal(database, roleNames),

    async add({ username, password, description = '', roles = [], superuser = false, properties = {} }) {
      const canonical = canonicalUsername(username)
      const roleNames = knownRoleNames(roles, listeners)
      const taken = () => new UserExistsError(`There is a user ${JSON.stringify(username)} already.`)
      if (await table.byName(canonical)) throw taken()
      const id = randomUUID()
      checkAccount(name, { id, name: username.trim(), description, roles: roleNames, superuser, properties }, listeners)
      if (password !== undefined) await policy?.check(password, { username })
      const passwordHash = password === undefined ? null : await hasher.hash(password)
      const user = {
        id,
        username: username.trim(),
        canonical,
        passwordHash,
        description,
        roles: roleNames,
        superuser,
        properties,
      }
      const stored = await table.insert(user)
      if (!stored) throw taken()
      await tell('added', stored)
      return stored.managed
    },

    async delete(username) {
      const user = await existing(username)
      await table.remove(user)
      await tell('deleted', user)
    },

    async get(username) {
      return (await table.byName(storedUsername(username)))?.managed
    },

    list: ({ after, limit = 100 } = {}) => table.page(after, Math.max(1, Math.min(limit, 1000))),

    async setPassword(username, password, { keepSession } = {}) {
      const user = await existing(username)
      await policy?.check(password, { username })
      await table.change(user, { password_hash: await hasher.hash(password) })
      await tell('password', user, keepSession === undefined ? {} : { keepSession })
    },

    async verifyPassword(username, password) {
      const user = await existing(username)
      if (user.passwordHash) return (await hasher.verify(password, user.passwordHash)).matches
      await hasher.refuse(password)
      return false
    },

    async setRoles(username, roles) {
      const roleNames = knownRoleNames(roles, listeners)
      const user = await existing(username)
      assertStillFits(name, user, { ...user, roles: roleNames }, listeners)
      await table.replaceRoles(user, roleNames)
      await tell('roles', user)
    },

    async setSuperuser(username, superuser) {
      const user = await existing(username)
      await table.change(user, { superuser: superuser ? 1 : 0 })
      await tell('superuser', user)
    },

    async edit(username, changes) {
      const user = await existing(username)
      const { description, properties } = changes
      const { id, name: userName, roles, superuser } = user
      const after = { description: user.description, properties: user.properties, ...changes }
      const account = checkAccount(name, { id, name: userName, roles, superuser, ...after }, listeners)
      // Only the given fields are written. Why: another process may be changing the others.
      await table.change(user, {
        ...(description !== undefined && { description }),
        ...(properties !== undefined && { properties: writeProperties(account.properties) }),
      })
      await tell('details', user)
      return (await existing(username)).managed
    },

    async disable(username) {
      const user = await existing(username)
      await table.change(user, { disabled: 1 })
      await tell('disabled', user)
    },

    async enable(username) {
      const user = await existing(username)
      await table.change(user, { disabled: 0 })
      await tell('enabled', user)
    },
  }
}

/**
 * Finds a user. For an impossible name, the database is asked for an unknown name. Why: an outage must look the same
 * for every name.
 */
async function findForLogin(
  byName: (canonical: string) => Promise<StoredUser | undefined>,
  username: string,
): Promise<StoredUser | undefined> {
  const stored = storedOrNone(username)
  if (stored !== undefined) return byName(stored)
  await byName(nobodysName())
  return undefined
}

function storedOrNone(username: string): string | undefined {
  try {
    return storedUsername(username)
  } catch (error) {
    if (error instanceof InvalidUsernameError) return undefined
    throw error
  }
}
