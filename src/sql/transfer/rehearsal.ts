import type { Plan, UsersBefore } from './import-batch.ts'
import type { UserInTable } from './users-in-table.ts'

/** The batches of a dry run: each is compared with the tables as those before it would have left them. */
export function rehearsal() {
  const users = new Map<string, UserInTable>()
  const ids = new Set<string>()

  return {
    /** The users who would be there now. */
    after(tables: UsersBefore): UsersBefore {
      return {
        async find(names) {
          const inTables = names.filter((name) => !users.has(name))
          return [...(await tables.find(inTables)), ...names.flatMap((name) => users.get(name) ?? [])]
        },
        takenIds: async (wanted) =>
          new Set([...(await tables.takenIds(wanted)), ...wanted.filter((id) => ids.has(id))]),
      }
    },

    /** Remembers what a batch would have written. */
    add(plan: Plan): void {
      for (const { row, roles, isNew, changed } of plan.users) {
        if (isNew || changed.size > 0) users.set(row.canonical_username, { row, roles })
        if (isNew) ids.add(row.id)
      }
    },
  }
}
