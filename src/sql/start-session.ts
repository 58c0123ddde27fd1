import type { Kysely } from 'kysely'
import type { SessionRecord } from '../sessions/session-store.ts'
import { holdChanges } from './change-sequence.ts'
import type { DialectName } from './database-url.ts'
import type { Database } from './open-database.ts'
import { prepareQuery } from './prepare-query.ts'
import type { Schema } from './schema.ts'

/**
 * Stores a new session, unless a change after `revision` ended all sessions of its user. Resolves to true when stored.
 */
export async function startSession(database: Database, record: SessionRecord, revision: number): Promise<boolean> {
  const db = await database.tables()
  return database.dialect === 'sqlite'
    ? startInOneStatement(db, { ...toRow(record), revision })
    : startInTransaction(db, database.dialect, record, revision)
}

/**
 * Checks and inserts in one statement, which suffices in SQLite: other writers wait meanwhile. A transaction would take
 * four statements.
 */
async function startInOneStatement(db: Kysely<Schema>, start: SessionStart): Promise<boolean> {
  const { numAffectedRows } = await insertUnlessOvertaken(db, start)
  return numAffectedRows === 1n
}

type SessionStart = ReturnType<typeof toRow> & { readonly revision: number }

const COLUMNS = [
  'id',
  'user_id',
  'user_name',
  'started_at',
  'last_seen_at',
  'expires_at',
  'persistent',
  'client_address',
  'user_agent',
] as const satisfies (keyof Schema['ostiary_session'])[]

const insertUnlessOvertaken = prepareQuery<SessionStart, unknown>((db, value) =>
  db
    .insertInto('ostiary_session')
    .columns(COLUMNS)
    .expression(
      db
        .selectNoFrom(({ val }) => COLUMNS.map((column) => val(value(column)).as(column)))
        .where(({ not, exists }) => not(exists(overtakingChange(db, value('user_id'), value('revision'))))),
    ),
)

async function startInTransaction(
  db: Kysely<Schema>,
  dialect: Exclude<DialectName, 'sqlite'>,
  record: SessionRecord,
  revision: number,
): Promise<boolean> {
  const transacting = db.transaction().setIsolationLevel('read committed')
  return transacting.execute(async (transaction) => {
    await holdChanges(transaction, dialect)
    if (await overtakingChange(transaction, record.userId, revision).executeTakeFirst()) return false
    await transaction.insertInto('ostiary_session').values(toRow(record)).execute()
    return true
  })
}

/** Finds a change after `revision` that forbids a new session of the user. */
function overtakingChange(db: Kysely<Schema>, userId: string, revision: number) {
  return db
    .selectFrom('ostiary_session_change')
    .select('sequence')
    .where('sequence', '>', revision)
    .where(({ eb, or, and }) =>
      or([
        eb('type', '=', 'all-revoked'),
        and([eb('type', 'in', ['user-revoked', 'logins-revoked']), eb('subject', '=', userId)]),
      ]),
    )
    .limit(1)
}

function toRow(record: SessionRecord) {
  return {
    id: record.id,
    user_id: record.userId,
    user_name: record.userName,
    started_at: record.startedAt,
    last_seen_at: record.lastSeenAt,
    expires_at: record.expiresAt,
    persistent: record.persistent ? 1 : 0,
    client_address: record.clientAddress,
    user_agent: record.userAgent,
  }
}
