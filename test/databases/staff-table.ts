import { hash as bcrypt } from '@node-rs/bcrypt'
import { type Kysely, sql } from 'kysely'

export const TABLE = 'staff "members" `of` us'
const HASH = `pass'word "hash`
export const COLUMNS = {
  id: 'number',
  username: 'login',
  passwordHash: HASH,
  description: 'about',
  disabled: 'gone',
} as const

/** Somebody else's table, whose names nobody would choose, and whose hashes are of bcrypt. */
export async function makeStaff(db: Kysely<unknown>): Promise<void> {
  await sql`create table ${sql.id(TABLE)} (number bigint primary key, login varchar(100), ${sql.id(HASH)} varchar(300),
    about text, gone integer, chief integer, teams text)`.execute(db)
  await addStaff(db, 7, 'Anna Müller', await bcrypt('correct horse', { cost: 4 }), {
    about: 'Runs the shop',
    teams: 'Editor, Viewer,',
  })
  await addStaff(db, 8, 'bert', await bcrypt('battery staple', { cost: 4 }), { gone: 1 })
}

export async function addStaff(
  db: Kysely<unknown>,
  number: number | bigint,
  login: string,
  hash: string | null,
  { about = '', gone = 0, teams = null as string | null } = {},
): Promise<void> {
  await sql`insert into ${sql.id(TABLE)} values (${number}, ${login}, ${hash}, ${about}, ${gone}, 0, ${teams})`.execute(
    db,
  )
}
