import { closeSync, openSync } from 'node:fs'
import { Kysely } from 'kysely'
import { ConfigurationError, DatabaseError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { migrate } from './migrate.ts'
import { nodeSqliteDialect } from './node-sqlite.ts'
import type { Schema } from './schema.ts'

/** A database for users and sessions. Opened and migrated at its first use, or by {@link Database.ready}. */
export interface Database {
  /** Opens, and brings the tables up to date. @throws {DatabaseError} */
  ready(): Promise<void>
  close(): Promise<void>
  /** @internal The tables, once the database is ready. */
  tables(): Promise<Kysely<Schema>>
}

/**
 * Names a database by URL: `sqlite:users.db` (beside the working directory), `sqlite:/var/lib/app/users.db`,
 * `sqlite::memory:` (gone when it is closed). A file that does not exist is made, readable by its owner only.
 *
 * @throws {ConfigurationError} when the URL names no database that is supported.
 */
export function openDatabase(url: string): Database {
  const path = sqlitePath(url)
  let opened: Promise<Kysely<Schema>> | undefined

  async function open(): Promise<Kysely<Schema>> {
    if (path !== ':memory:') createPrivateFile(path)
    const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(path) })
    try {
      await migrate(db)
      return db
    } catch (cause) {
      await db.destroy()
      if (cause instanceof DatabaseError) throw cause
      throw new DatabaseError(`Cannot open the database ${path}: ${reasonOf(cause)}`, { cause })
    }
  }

  async function tables(): Promise<Kysely<Schema>> {
    opened ??= open()
    try {
      return await opened
    } catch (error) {
      opened = undefined
      throw error
    }
  }

  return {
    tables,
    ready: async () => void (await tables()),
    async close() {
      const closing = opened
      opened = undefined
      await (await closing)?.destroy()
    },
  }
}

function sqlitePath(url: string): string {
  // Two slashes would begin a host, and a file has none: three are an absolute path, as in any URL.
  const match = typeof url === 'string' ? /^sqlite:(?:\/\/(?=\/)|(?!\/\/))(?<path>.+)$/s.exec(url) : null
  if (match?.groups?.path) return match.groups.path
  throw new ConfigurationError(
    `A database is named by a URL such as "sqlite:users.db" or "sqlite:/var/lib/app/users.db". ${shownWithoutPassword(url)} is none.`,
  )
}

/** The URL of another kind of database may hold a password, in more places than can be told: nothing but the kind is shown. */
function shownWithoutPassword(url: unknown): string {
  if (typeof url !== 'string') return String(url)
  const kind = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0]
  return kind === undefined ? 'What was given' : `"${kind}…"`
}

/** Password hashes are nobody else's business. What SQLite puts beside the file takes over its permissions. */
function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'its folder does not exist' : (cause as Error).message
    throw new DatabaseError(`Cannot open the database ${path}: ${reason}.`, { cause })
  }
}
