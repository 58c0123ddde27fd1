import type { Kysely } from 'kysely'
import { storedUsername } from '../../users/username.ts'
import type { Schema } from '../schema.ts'

/**
 * Gives names with a `ı` a canonical form of their own. Earlier versions stored `kırım` as `kirim`, which is another
 * name.
 *
 * Two users stay two users. Why: the forms stored before are free of `ı`, and two forms that differed still differ.
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

/**
 * Returns undefined on an older Node, whose Unicode lacks a letter of the name. The user then keeps the stored form.
 */
function formOf(username: string): string | undefined {
  try {
    return storedUsername(username)
  } catch {
    return undefined
  }
}

const PAGE = 500
/** The letter `ı`, and the letter that NFKC turns into `ı`. */
const DOTLESS = ['\u0131', '\u{1d6a4}']
