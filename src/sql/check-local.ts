import { type Diagnostic, fine, undeclaredRoles } from '../diagnostics/diagnostic.ts'
import type { Database } from './open-database.ts'

/** Whether anybody lives in our own tables, and whether the roles that are given there are those of the code. */
export async function* checkLocal(database: Database, declared: readonly string[]): AsyncGenerator<Diagnostic> {
  const db = await database.tables()
  const { users } = await db
    .selectFrom('ostiary_user')
    .select(({ fn }) => fn.countAll().as('users'))
    .executeTakeFirstOrThrow()
  yield fine(`the database answers; users: ${Number(users)}`)
  const given = await db.selectFrom('ostiary_user_role').select('role').distinct().orderBy('role').execute()
  yield* undeclaredRoles(
    'users have',
    given.map(({ role }) => role),
    declared,
  )
}
