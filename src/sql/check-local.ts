import { type Diagnostic, fine, undeclaredRoles } from '../diagnostics/diagnostic.ts'
import type { Database } from './open-database.ts'

/** Reports the number of users in Ostiary's own tables, and roles there that the code leaves undeclared. */
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
