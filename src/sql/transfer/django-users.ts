import { type Kysely, sql } from 'kysely'
import type { TransferUser } from '../../users/user-transfer.ts'
import { asFlag, asText, asTime } from '../column-values.ts'
import type { DialectName } from '../database-url.ts'
import type { ForeignUser } from './foreign-users.ts'
import { readForeign } from './read-foreign.ts'

interface DjangoUser {
  readonly id: number
  readonly username: string
  readonly password: string
  readonly first_name: string
  readonly last_name: string
  readonly email: string
  readonly is_superuser: unknown
  readonly is_active: unknown
  readonly joined: unknown
}

/** The users of `django.contrib.auth`, with their groups as roles. */
export async function* djangoUsers(db: Kysely<unknown>, dialect: DialectName): AsyncGenerator<ForeignUser> {
  // Read as text on MySQL. Why: Django writes UTC, and the driver would read it in the time zone of this machine.
  const joined = dialect === 'mysql' ? sql`cast(date_joined as char)` : sql`date_joined`
  for (let after = -1; ; ) {
    const { rows } = await sql<DjangoUser>`
      select id, username, password, first_name, last_name, email, is_superuser, is_active, ${joined} as joined
      from auth_user where id > ${after} order by id limit ${PAGE}`.execute(db)
    const groups = await groupsOf(
      db,
      rows.map(({ id }) => id),
    )
    for (const row of rows) yield readForeign(Number(row.id), () => toUser(row, groups.get(Number(row.id)) ?? []))
    if (rows.length < PAGE) return
    after = Number(rows.at(-1)?.id)
  }
}

export async function countDjangoUsers(db: Kysely<unknown>): Promise<number> {
  const { rows } = await sql<{ users: number }>`select count(*) as users from auth_user`.execute(db)
  return Number(rows[0]?.users)
}

const PAGE = 500

async function groupsOf(db: Kysely<unknown>, ids: readonly number[]): Promise<Map<number, string[]>> {
  const groups = new Map<number, string[]>()
  if (ids.length === 0) return groups
  const { rows } = await sql<{ user_id: number; name: string }>`
    select auth_user_groups.user_id, auth_group.name
    from auth_user_groups join auth_group on auth_group.id = auth_user_groups.group_id
    where auth_user_groups.user_id in (${sql.join(ids)})`.execute(db)
  for (const { user_id: id, name } of rows) groups.set(Number(id), [...(groups.get(Number(id)) ?? []), name])
  return groups
}

function toUser(row: DjangoUser, roles: readonly string[]): TransferUser {
  const email = asText(row.email)
  const createdAt = asTime(row.joined)
  return {
    username: asText(row.username),
    passwordHash: passwordHash(asText(row.password)),
    description: `${asText(row.first_name)} ${asText(row.last_name)}`.trim(),
    roles,
    superuser: asFlag(row.is_superuser) === true,
    disabled: asFlag(row.is_active) !== true,
    properties: email === '' ? {} : { email },
    ...(createdAt !== undefined && { createdAt }),
  }
}

/** Returns null for `!` with random text after it, which is how Django stores a missing password. */
function passwordHash(password: string): string | null {
  return password === '' || password.startsWith('!') ? null : password
}
