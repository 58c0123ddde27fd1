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

/** How a database is dealt with. */
export interface DatabaseOptions {
  /**
   * How long a server may say nothing while somebody waits for its answer. Then the connection is cut, and the query
   * fails. Bringing the tables up to date may take longer. Default: 15 s.
   */
  readonly timeout?: Duration
}

/** A database for users and sessions. Opened and migrated at its first use, or by {@link Database.ready}. */
export interface Database {
  /** Opens, and brings the tables up to date. @throws {DatabaseError} */
  ready(): Promise<void>
  close(): Promise<void>
  /** Whether several machines can share it: any but a file or the memory of this one. */
  readonly shared: boolean
  /** @internal For the few things that differ. */
  readonly dialect: DialectName
  /** @internal The tables, once the database is ready. */
  tables(): Promise<Kysely<Schema>>
  /** @internal Tables that others own. Opens, and makes none of ours. */
  foreignTables(): Promise<Kysely<unknown>>
  /**
   * @internal Tables that others own, to be read and nothing else. A file of SQLite has to exist, may be one that can
   * only be read, and stays as it is.
   */
  reader(): Promise<Kysely<unknown>>
  /** @internal Waits for what the server tells by itself, until the returned function is called. Not every server does. */
  listen?(channel: string, listener: Listener): () => void
}

/**
 * Names a database by URL: `sqlite:users.db` (beside the working directory), `sqlite:/var/lib/app/users.db`,
 * `sqlite::memory:` (gone when it is closed), `postgres://user:password@host/database`, and likewise `mysql:` or
 * `mariadb:`. A file that does not exist is made, readable by its owner only. A database on a server has to exist.
 *
 * @throws {ConfigurationError} when the URL names no database that is supported, and, at the first use, when the
 * package that talks to its server is not installed.
 */
export function openDatabase(url: string, { timeout = '15s' }: DatabaseOptions = {}): Database {
  const named = readDatabaseUrl(url)
  const timeoutMs = toMilliseconds(timeout, 'The timeout of openDatabase()')
  // Each of its queries opens the file for itself, so that nothing is to be closed.
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

  /** After a failure everything is as before, so that the next use tries again. */
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

/** Where a host has several addresses, Node's error has no message but that of each try. */
export function connectionFailure(cause: unknown): string {
  const tries = cause instanceof AggregateError ? cause.errors : []
  return reasonOf(cause) || tries.map(reasonOf).join('; ') || 'it cannot be reached'
}
