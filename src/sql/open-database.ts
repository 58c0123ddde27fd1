import { closeSync, openSync } from 'node:fs'
import { type Dialect, Kysely } from 'kysely'
import { type Duration, toMilliseconds } from '../duration.ts'
import { AuthError, DatabaseError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { type DialectName, type NamedDatabase, readDatabaseUrl } from './database-url.ts'
import { foreignSqliteDialect } from './foreign-sqlite.ts'
import { migrate } from './migrate.ts'
import { mysqlDialect } from './mysql.ts'
import { nodeSqliteDialect } from './node-sqlite.ts'
import { postgresDialect } from './postgres.ts'
import { type Listener, listenOnPostgres } from './postgres-listener.ts'
import type { Schema } from './schema.ts'
import type { SilenceLimit } from './silence.ts'

/** The options of a database. */
export interface DatabaseOptions {
  /**
   * The longest silence of a server while a query waits. After it the connection is cut, and the query fails.
   * Migrations may take longer. Default: 15 s.
   */
  readonly timeout?: Duration
}

/** A database for users and sessions. Opened and migrated at its first use, or by {@link Database.ready}. */
export interface Database {
  /**
   * Opens the database, and brings the tables up to date.
   *
   * @throws {DatabaseError} when the database cannot be opened, or a migration fails.
   */
  ready(): Promise<void>
  /** Closes all connections for good. */
  close(): Promise<void>
  /** True when several machines can share the database: any but a SQLite file or memory. */
  readonly shared: boolean
  /** @internal The kind of database, for the few things that differ. */
  readonly dialect: DialectName
  /**
   * @internal Returns Ostiary's tables, once the database is ready.
   *
   * @throws {DatabaseError} as `ready` does.
   */
  tables(): Promise<Kysely<Schema>>
  /** @internal Returns tables that others own. Opens the database without migrating it. */
  foreignTables(): Promise<Kysely<unknown>>
  /**
   * @internal Returns tables that others own, for reading only. A SQLite file must exist, may be read-only, and stays
   * as it is.
   */
  reader(): Promise<Kysely<unknown>>
  /**
   * @internal Listens for notifications of the server until the returned function is called. Missing for servers
   * without notifications.
   */
  listen?(channel: string, listener: Listener): () => void
}

/**
 * Opens a database by its URL: `sqlite:users.db` (in the working directory), `sqlite:/var/lib/app/users.db`,
 * `sqlite::memory:` (gone after closing), `postgres://user:password@host/database`, and likewise `mysql:` or
 * `mariadb:`. A missing SQLite file is created, readable by its owner only. A database on a server must exist.
 *
 * ```ts
 * import { openDatabase } from 'ostiary/sql'
 *
 * const database = openDatabase('sqlite::memory:', { timeout: '5s' })
 * await database.ready()
 * await database.close()
 * ```
 *
 * @throws {ConfigurationError} when the URL or the timeout is invalid. At the first use: when the driver package of the
 * server is missing.
 */
export function openDatabase(url: string, { timeout = '15s' }: DatabaseOptions = {}): Database {
  const named = readDatabaseUrl(url)
  const timeoutMs = toMilliseconds(timeout, 'The timeout of openDatabase()')
  // Each query opens the file itself, so there is nothing to close.
  const fileReader = 'path' in named && named.path !== ':memory:' ? readerOf(named.path) : undefined
  let migrating = false
  let opened: Promise<Kysely<Schema>> | undefined
  let migrated: Promise<Kysely<Schema>> | undefined

  function connect(): Promise<Kysely<Schema>> {
    opened ??= failing(
      async () => new Kysely<Schema>({ dialect: await dialectOf(named, () => (migrating ? 0 : timeoutMs)) }),
      () => {
        opened = undefined
      },
    )
    return opened
  }

  function tables(): Promise<Kysely<Schema>> {
    migrated ??= failing(
      async () => {
        const db = await connect()
        migrating = true
        await migrate(db, named.dialect).finally(() => {
          migrating = false
        })
        return db
      },
      async () => {
        migrated = undefined
        await close()
      },
    )
    return migrated
  }

  /** Runs an action. After a failure `undo` restores the earlier state, so that the next use tries again. */
  async function failing<T>(action: () => Promise<T>, undo: () => unknown): Promise<T> {
    try {
      return await action()
    } catch (cause) {
      await undo()
      if (cause instanceof AuthError) throw cause
      throw new DatabaseError(`Cannot open the database ${named.label}: ${connectionFailure(cause)}`, { cause })
    }
  }

  async function close(): Promise<void> {
    const closing = opened
    opened = undefined
    migrated = undefined
    await (await closing)?.destroy()
  }

  return {
    shared: named.dialect !== 'sqlite',
    dialect: named.dialect,
    tables,
    foreignTables: async () => (await connect()) as Kysely<unknown>,
    reader: async () => fileReader ?? ((await connect()) as Kysely<unknown>),
    ready: async () => void (await tables()),
    close,
    ...(named.dialect === 'postgres'
      ? { listen: (channel: string, listener: Listener) => listenOnPostgres(named.url, channel, listener) }
      : {}),
  }
}

function readerOf(path: string): Kysely<unknown> {
  return new Kysely({ dialect: foreignSqliteDialect(path) })
}

async function dialectOf(named: NamedDatabase, silenceLimit: SilenceLimit): Promise<Dialect> {
  if (named.dialect === 'postgres') return postgresDialect(named.server, silenceLimit)
  if (named.dialect === 'mysql') return mysqlDialect(named.server, silenceLimit)
  if (named.path !== ':memory:') createPrivateFile(named.path)
  return nodeSqliteDialect(named.path)
}

/**
 * Creates the file with permissions for its owner only. Why: the file holds password hashes. SQLite's helper files take
 * over the permissions.
 */
function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'its folder does not exist' : (cause as Error).message
    throw new DatabaseError(`Cannot open the database ${path}: ${reason}.`, { cause })
  }
}

/**
 * Returns the reason of a failed connection. For a host with several addresses, Node's error lacks a message of its
 * own; the messages of all attempts are joined.
 */
export function connectionFailure(cause: unknown): string {
  const tries = cause instanceof AggregateError ? cause.errors : []
  return reasonOf(cause) || tries.map(reasonOf).join('; ') || 'it cannot be reached'
}
