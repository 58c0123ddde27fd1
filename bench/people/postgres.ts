import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { createServerHome, findProgram } from '../../test/databases/server-process.ts'

/** A PostgreSQL of its own, as a server would be set up: what it writes is written when it says so. */
export async function startPostgres(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => findProgram(name, 'postgresql')) as [string, string]
  const home = await createServerHome('postgres')
  await writeFile(join(home.folder, 'password'), 'secret', { mode: 0o644 })
  const options = ['-A', 'scram-sha-256', '--pwfile=password', '-E', 'UTF8', '--locale=C.UTF-8']
  await home.run(initdb, ['-D', 'data', '-U', 'ostiary', ...options])
  const url = `postgres://ostiary:secret@127.0.0.1:${home.port}/postgres`
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${home.folder}`]
  const args = ['-D', 'data', '-p', `${home.port}`, ...settings.flatMap((setting) => ['-c', setting])]
  await home.start(postgres, args, 'QUIT', () => execute(url, 'select 1'))
  return { url, stop: home.stop }
}

/** Of an empty database beside the one that the URL names. */
export async function createDatabase(url: string, name: string): Promise<string> {
  await execute(url, `create database ${name}`)
  return Object.assign(new URL(url), { pathname: name }).href
}

/**
 * Has the server do at once what it would do by itself in the minutes after many rows came, and what would be measured
 * along with what is.
 */
export async function settle(url: string): Promise<void> {
  await execute(url, 'vacuum analyze')
  await execute(url, 'checkpoint')
}

async function execute(url: string, query: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    await client.query(query)
  } finally {
    await client.end()
  }
}
