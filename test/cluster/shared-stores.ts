import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from 'ostiary/sql'
import { createServerHome, findProgram, type ServerHome } from '../databases/server-process.ts'
import { startRedis } from '../redis/redis-server.ts'
import { type Restartable, startRestartable } from '../servers/restartable.ts'
import type { Address } from './open-at.ts'

/** What the nodes of a cluster have in common. */
export interface SharedStore {
  readonly name: string
  /** Somewhere to keep sessions and people, for one test. */
  create(): Promise<{ readonly address: Address; drop(): Promise<void> }>
  stop(): Promise<void>
}

/** One on a real server that belongs to these tests alone. What it has acknowledged, it keeps when it is ended. */
export interface SharedServer extends SharedStore, Restartable {
  readonly port: number
}

export async function sharedPostgres(): Promise<SharedServer> {
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => findProgram(name, 'postgresql')) as [string, string]
  const home = await createServerHome('postgres')
  await home.run(initdb, ['-D', 'data', '-U', 'ostiary', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'])
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${home.folder}`, 'fsync=off']
  const args = ['-D', 'data', '-p', `${home.port}`, ...settings.flatMap((setting) => ['-c', setting])]
  return databasesOn(home, 'PostgreSQL', `postgres://ostiary@127.0.0.1:${home.port}/postgres`, {
    file: postgres,
    args,
    endSignal: 'QUIT',
  })
}

export async function sharedMariadb(): Promise<SharedServer> {
  const [install, mariadbd] = ['mariadb-install-db', 'mariadbd'].map((name) => findProgram(name, 'mariadb-server'))
  const home = await createServerHome('mysql')
  const data = `--datadir=${home.folder}/data`
  const init = ['--no-defaults', data, '--auth-root-authentication-method=normal', '--skip-test-db']
  await home.run(install as string, init)
  const args = [
    ...['--no-defaults', data, '--bind-address=127.0.0.1', `--port=${home.port}`, `--socket=${home.folder}/socket`],
    // Another server that starts would delete its temporary tables from the usual folder.
    `--tmpdir=${home.folder}`,
    // To the operating system with each commit, which is enough for an end of the server alone.
    ...[`--pid-file=${home.folder}/pid`, '--innodb-flush-log-at-trx-commit=2'],
  ]
  return databasesOn(home, 'MariaDB', `mariadb://root@127.0.0.1:${home.port}/mysql`, {
    file: mariadbd as string,
    args,
    endSignal: 'KILL',
  })
}

/** The people are in a file beside it: no outage of Redis concerns them. */
export async function sharedRedis(): Promise<SharedServer> {
  const server = await startRedis()
  return {
    name: 'Redis',
    port: server.port,
    async create() {
      const files = await sharedFile().create()
      return {
        address: { store: server.url, prefix: `test-${randomUUID()}`, people: files.address.people },
        drop: files.drop,
      }
    },
    end: server.crash,
    restart: () => server.restart(),
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    stop: server.stop,
  }
}

/** A file in the place of a server. */
export function sharedFile(): SharedStore {
  return {
    name: 'SQLite',
    async create() {
      const folder = await mkdtemp(join(tmpdir(), 'ostiary-cluster-'))
      const url = `sqlite:${folder}/application.db`
      return { address: { store: url, people: url }, drop: () => rm(folder, { recursive: true, force: true }) }
    },
    stop: async () => {},
  }
}

async function databasesOn(
  home: ServerHome,
  name: string,
  url: string,
  program: { readonly file: string; readonly args: readonly string[]; readonly endSignal: 'KILL' | 'QUIT' },
): Promise<SharedServer> {
  async function execute(text: string): Promise<void> {
    // A connection of its own each time: those that rest do not outlive what is done to the server.
    const admin = openDatabase(url)
    try {
      await sql.raw(text).execute(await admin.foreignTables())
    } finally {
      await admin.close()
    }
  }
  const restartable = await startRestartable(home, { ...program, isReady: () => execute('select 1') })
  return {
    name,
    port: home.port,
    ...restartable,
    async create() {
      const fresh = `ostiary_test_${randomUUID().replaceAll('-', '')}`
      await execute(`create database ${fresh}`)
      const freshUrl = new URL(url)
      freshUrl.pathname = fresh
      const drop = `drop database ${fresh}${name === 'PostgreSQL' ? ' with (force)' : ''}`
      return { address: { store: freshUrl.href, people: freshUrl.href }, drop: () => execute(drop) }
    },
    stop: home.stop,
  }
}

/** A configuration for the command line, in a folder of its own. */
export async function configurationAt(address: Address, secret: string) {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-cluster-'))
  const application = import.meta.resolve('./application.ts')
  const text = `import { openApplication } from ${JSON.stringify(application)}
export default openApplication(${JSON.stringify(address)}, ${JSON.stringify(secret)}).auth
`
  await writeFile(join(folder, 'ostiary.config.mjs'), text)
  return { folder, drop: () => rm(folder, { recursive: true }) }
}
