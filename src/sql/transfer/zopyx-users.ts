import { type Kysely, sql } from 'kysely'
import type { TransferUser } from '../../users/user-transfer.ts'
import { asList, asText, asTime } from '../column-values.ts'
import type { ForeignUser } from './foreign-users.ts'
import { readForeign } from './read-foreign.ts'

interface ZopyxUser {
  readonly username: string
  readonly password: string
  readonly roles: string
  readonly created: unknown
}

/** The users of zopyx-fastapi-auth, ordered by name. The name is the key of the table. */
export async function* zopyxUsers(db: Kysely<unknown>): AsyncGenerator<ForeignUser> {
  let at = 0
  for (let after: string | undefined; ; ) {
    const next = after === undefined ? sql`` : sql`where username > ${after}`
    const { rows } = await sql<ZopyxUser>`
      select username, password, roles, created from ${sql.table('user')} ${next}
      order by username limit ${PAGE}`.execute(db)
    for (const row of rows) {
      at += 1
      yield readForeign(at, () => toUser(row))
    }
    if (rows.length < PAGE) return
    after = rows.at(-1)?.username
  }
}

export async function countZopyxUsers(db: Kysely<unknown>): Promise<number> {
  const { rows } = await sql<{ users: number }>`select count(*) as users from ${sql.table('user')}`.execute(db)
  return Number(rows[0]?.users)
}

const PAGE = 500

function toUser(row: ZopyxUser): TransferUser {
  const createdAt = asTime(row.created)
  return {
    username: asText(row.username),
    passwordHash: asText(row.password) || null,
    roles: [...new Set(asList(row.roles, ','))],
    ...(createdAt !== undefined && { createdAt }),
  }
}
