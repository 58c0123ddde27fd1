import type { Clock } from '../../clock.ts'
import type { PasswordHasher } from '../../passwords/password-hasher.ts'
import { reasonOf } from '../../reason-of.ts'
import type { Account } from '../../users/account.ts'
import type { AccountChange, AccountEvents } from '../../users/account-events.ts'
import type {
  CompleteUser,
  ImportRehearsal,
  ImportRules,
  TransferResult,
  UserTransfer,
} from '../../users/user-transfer.ts'
import { assertStillFits, checkAccount } from '../check-account.ts'
import type { Database } from '../open-database.ts'
import { readUserRow } from '../user-row.ts'
import { type CheckedUser, createUserCheck } from './check-user.ts'
import { type Plan, type PlannedUser, type Planning, planImport, usersInTables, writePlan } from './import-batch.ts'
import { rehearsal } from './rehearsal.ts'
import { pageOfUsers, type UserInTable } from './users-in-table.ts'

interface TransferParts {
  readonly database: Database
  readonly source: string
  readonly clock: Clock
  readonly hasher: PasswordHasher
  readonly listeners: ReadonlySet<AccountEvents>
  readonly tell: (
    kind: AccountChange['kind'],
    user: { readonly id: string; readonly username: string },
  ) => Promise<void>
}

/** Creates the import and export of many local users at a time. */
export function createUserTransfer({ database, source, clock, hasher, listeners, tell }: TransferParts): UserTransfer {
  const check = createUserCheck(hasher, listeners)

  function assertFits(after: UserInTable, before?: UserInTable): void {
    if (before) assertStillFits(source, accountOf(before), accountOf(after), listeners)
    else checkAccount(source, accountOf(after), listeners)
  }

  async function store(checked: readonly (CheckedUser | { readonly reason: string })[], plan: Planning): Promise<Plan> {
    const db = await database.tables()
    return db.transaction().execute(async (transaction) => {
      const made = await planImport(usersInTables(transaction), checked, plan)
      await writePlan(transaction, database.dialect, made)
      return made
    })
  }

  /**
   * Stores a batch, in at most three attempts. Why: other writers may add one of the users after the look-up, or wait
   * for the same rows. The next attempt sees their changes.
   */
  async function storeInSpiteOfOthers(...batch: Parameters<typeof store>): Promise<Plan> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await store(...batch)
      } catch (error) {
        if (attempt === ATTEMPTS) throw error
      }
    }
  }

  /** Tells the listeners about changed users. A failure is recorded by name, and the remaining users are still told. */
  async function tellOfChanges(users: readonly PlannedUser[]): Promise<Map<string, string>> {
    const failures = new Map<string, string>()
    for (const user of users) {
      if (user.isNew) continue
      try {
        for (const kind of kindsOf(user)) await tell(kind, user.row)
      } catch (cause) {
        failures.set(
          user.row.canonical_username,
          `updated, but its live sessions could not be told: ${reasonOf(cause)}`,
        )
      }
    }
    return failures
  }

  function rehearse({ whenDifferent = 'reject' }: ImportRules = {}): ImportRehearsal {
    const rehearsed = rehearsal()
    return {
      async importUsers(users) {
        const tables = usersInTables(await database.tables())
        const plan = await planImport(rehearsed.after(tables), users.map(check), {
          whenDifferent,
          now: clock(),
          assertFits,
        })
        rehearsed.add(plan)
        return plan.results
      },
    }
  }

  return {
    rehearse,

    async importUsers(users, { dryRun = false, ...rules } = {}) {
      if (dryRun) return rehearse(rules).importUsers(users)
      const checked = users.map(check)
      const planning = { whenDifferent: rules.whenDifferent ?? 'reject', now: clock(), assertFits }
      const plan = await storeInSpiteOfOthers(checked, planning)
      const added = plan.users.filter(({ isNew }) => isNew)
      if (added.length > 0) {
        const superusers = added.filter(({ row }) => row.superuser === 1).length
        for (const listener of listeners) listener.accountsImported?.({ source, users: added.length, superusers })
      }
      const failures = await tellOfChanges(plan.users)
      return plan.results.map((result, index) => noted(result, checked[index], failures))
    },

    async *exportUsers() {
      const db = await database.tables()
      for (let after = ''; ; ) {
        const page = await pageOfUsers(db, after, PAGE)
        for (const user of page) yield complete(user)
        if (page.length < PAGE) return
        after = page.at(-1)?.row.canonical_username ?? ''
      }
    },

    async count() {
      const db = await database.tables()
      const all = db.selectFrom('ostiary_user').select((of) => of.fn.countAll<number>().as('count'))
      return Number((await all.executeTakeFirstOrThrow()).count)
    },
  }
}

const PAGE = 500
const ATTEMPTS = 3

function kindsOf({ changed, row }: PlannedUser): AccountChange['kind'][] {
  return [...changed].map((aspect) => (aspect === 'disabled' && row.disabled === 0 ? 'enabled' : aspect))
}

function noted(
  result: TransferResult,
  user: CheckedUser | { readonly reason: string } | undefined,
  failures: ReadonlyMap<string, string>,
): TransferResult {
  const reason = user && 'canonical' in user ? failures.get(user.canonical) : undefined
  return result.outcome === 'updated' && reason !== undefined ? { outcome: 'noted', reason } : result
}

function accountOf({ row, roles }: UserInTable): Account {
  return { ...readUserRow(row, roles), name: row.username }
}

function complete({ row, roles }: UserInTable): CompleteUser {
  return {
    ...readUserRow(row, roles),
    passwordHash: row.password_hash,
    createdAt: Number(row.created_at),
    changedAt: Number(row.changed_at),
  }
}
