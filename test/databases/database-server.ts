import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { type Database, openDatabase } from 'ostiary/sql'
import { onTestFinished } from 'vitest'
import { createServerHome, findProgram, type ServerHome } from './server-process.ts'

/** A real server, in which each test makes databases of its own. */
export interface DatabaseServer {
  readonly name: string
  /** Makes an empty database, which is dropped when `drop` is called. */
  create(): Promise<FreshDatabase>
  /** Ends all connections to a database but the one that this is asked on. */
  disconnectAll(db: Kysely<unknown>): Promise<void>
  stop(): Promise<void>
}

export interface FreshDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** A certificate for `localhost` and an address, with its key, in PEM. */
export interface ServerCertificate {
  readonly certificate: string
  readonly key: string
}

/** The server that OSTIARY_TEST_POSTGRES_URL names, or one that is started for these tests alone. */
export async function startPostgres(tls?: ServerCertificate): Promise<DatabaseServer> {
  const given = tls ? undefined : process.env.OSTIARY_TEST_POSTGRES_URL
  if (given) return serverAt('PostgreSQL', given)
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => findProgram(name, 'postgresql')) as [string, string]
  const home = await createServerHome('postgres')
  await writeFile(join(home.folder, 'password'), 'secret', { mode: 0o644 })
  const options = ['-A', 'scram-sha-256', '--pwfile=password', '-E', 'UTF8', '--locale=C.UTF-8', '-N']
  await home.run(initdb, ['-D', 'data', '-U', 'ostiary', ...options])
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${home.folder}`, 'fsync=off']
  if (tls) {
    await copyFor(home, tls)
    settings.push('ssl=on', `ssl_cert_file=${home.folder}/tls.pem`, `ssl_key_file=${home.folder}/tls.key`)
  }
  const server = serverAt('PostgreSQL', `postgres://ostiary:secret@127.0.0.1:${home.port}/postgres`, home.stop)
  const args = ['-D', 'data', '-p', `${home.port}`, ...settings.flatMap((setting) => ['-c', setting])]
  await home.start(postgres, args, 'QUIT', async () => (await server.create()).drop())
  return server
}

/** The server that OSTIARY_TEST_MARIADB_URL names, or one that is started for these tests alone. */
export async function startMariadb(tls?: ServerCertificate): Promise<DatabaseServer> {
  const given = tls ? undefined : process.env.OSTIARY_TEST_MARIADB_URL
  if (given) return serverAt('MariaDB', given)
  const [install, mariadbd] = ['mariadb-install-db', 'mariadbd'].map((name) => findProgram(name, 'mariadb-server'))
  const home = await createServerHome('mysql')
  const data = `--datadir=${home.folder}/data`
  await home.run(install as string, [
    '--no-defaults',
    data,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    // Another server that is made at the same time would delete its temporary tables from the usual folder.
    `--tmpdir=${home.folder}`,
  ])
  const args = [
    '--no-defaults',
    data,
    '--bind-address=127.0.0.1',
    `--port=${home.port}`,
    `--socket=${home.folder}/socket`,
    `--pid-file=${home.folder}/pid`,
    // Another server that starts would delete its temporary tables from the usual folder.
    `--tmpdir=${home.folder}`,
    '--innodb-flush-log-at-trx-commit=0',
    // As unfriendly as a server may be set: what we make must not depend on any of this.
    '--character-set-server=latin1',
    '--collation-server=latin1_swedish_ci',
    '--sql-mode=NO_BACKSLASH_ESCAPES',
  ]
  if (tls) {
    await copyFor(home, tls)
    args.push(`--ssl-cert=${home.folder}/tls.pem`, `--ssl-key=${home.folder}/tls.key`)
  }
  const root = openDatabase(`mariadb://root@127.0.0.1:${home.port}/mysql`)
  await home.start(mariadbd as string, args, 'TERM', async () => {
    const db = await root.foreignTables()
    await sql`create or replace user ostiary@'127.0.0.1' identified by 'secret'`.execute(db)
    await sql`grant all on *.* to ostiary@'127.0.0.1'`.execute(db)
  })
  await root.close()
  return serverAt('MariaDB', `mariadb://ostiary:secret@127.0.0.1:${home.port}/mysql`, home.stop)
}

/** Servers read no key that is somebody else's, or that others can read. */
async function copyFor({ folder, run }: ServerHome, { certificate, key }: ServerCertificate): Promise<void> {
  for (const [name, text] of Object.entries({ 'tls.pem': certificate, 'tls.key': key })) {
    await writeFile(join(folder, `${name}.copy`), text, { mode: 0o644 })
    await run('install', ['-m', '600', `${name}.copy`, name])
    await rm(join(folder, `${name}.copy`))
  }
}

function serverAt(name: string, url: string, stop = async () => {}): DatabaseServer {
  const admin = openDatabase(url)
  const execute = async (text: string) => sql.raw(text).execute(await admin.foreignTables())
  return {
    name,
    async create() {
      const fresh = `ostiary_test_${randomUUID().replaceAll('-', '')}`
      await execute(`create database ${fresh}`)
      const freshUrl = new URL(url)
      freshUrl.pathname = fresh
      const drop = `drop database ${fresh}${admin.dialect === 'postgres' ? ' with (force)' : ''}`
      return { url: freshUrl.href, drop: async () => void (await execute(drop)) }
    },
    async disconnectAll(db) {
      if (admin.dialect === 'postgres') {
        await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`.execute(db)
        return
      }
      const { rows } = await sql<{ id: number }>`select id from information_schema.processlist
        where db = database() and id <> connection_id()`.execute(db)
      for (const { id } of rows) await sql`kill ${sql.lit(id)}`.execute(db)
    },
    async stop() {
      await admin.close()
      await stop()
    },
  }
}

/** Files take the place of a server, so that all three can be held to the same. */
export function sqliteFiles(): DatabaseServer {
  return {
    name: 'SQLite',
    async create() {
      const folder = await mkdtemp(join(tmpdir(), 'ostiary-databases-'))
      return { url: `sqlite:${folder}/test.db`, drop: () => rm(folder, { recursive: true }) }
    },
    disconnectAll: async () => {},
    stop: async () => {},
  }
}

/** For the factory of a contract, which says itself when it is over. */
export async function openedOn(server: DatabaseServer): Promise<{ database: Database; drop(): Promise<void> }> {
  const { url, drop } = await server.create()
  const database = openDatabase(url)
  return {
    database,
    async drop() {
      await database.close()
      await drop()
    },
  }
}

/** A fresh database for one test, and whatever opens it. */
export async function freshFor(server: DatabaseServer): Promise<{ readonly url: string; open(): Database }> {
  const { url, drop } = await server.create()
  const opened: Database[] = []
  onTestFinished(async () => {
    for (const database of opened) await database.close()
    await drop()
  })
  return {
    url,
    open() {
      const database = openDatabase(url)
      opened.push(database)
      return database
    },
  }
}
