import type { Kysely } from 'kysely'
import { storedUsername } from '../../users/username.ts'
import type { Schema } from '../schema.ts'

/**
 * Gives names with a `ı` a canonical form of their own. Before this, `kırım` was stored as `kirim`, which is another name.
 *
 * No two users collide. Why: no form that was stored before has a `ı`, and two that differed still differ.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const users = db as Kysely<Pick<Schema, 'ostiary_user'>>
  for (let after = ''; ; ) {
    const rows = await users
      .selectFrom('ostiary_user')
      .select(['id', 'username', 'canonical_username'])
      .where('id', '>', after)
      .where((where) => where.or(DOTLESS.map((letter) => where('username', 'like', `%${letter}%`))))
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const { id, username, canonical_username: stored } of rows) {
      const canonical = formOf(username)
      if (canonical === undefined || canonical === stored) continue
      await users.updateTable('ostiary_user').set({ canonical_username: canonical }).where('id', '=', id).execute()
    }
    if (rows.length < PAGE) return
    after = rows.at(-1)?.id ?? ''
  }
}

/** Undefined on an older Node, whose Unicode lacks a letter of the name. The user then stays as stored. */
function formOf(username: string): string | undefined {
  try {
    return storedUsername(username)
  } catch {
    return undefined
  }
}

const PAGE = 500
/** The letter, and the one that NFKC makes the letter of. */
const DOTLESS = ['\u0131', '\u{1d6a4}']
