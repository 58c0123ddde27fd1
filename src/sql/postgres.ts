import type { Socket } from 'node:net'
import { type Dialect, PostgresDialect } from 'kysely'
import type { ClientConfig, PoolClient } from 'pg'
import { loadDriver } from './load-driver.ts'
import { expectAnswers, expectNothing, type SilenceLimit } from './silence.ts'
import type { PostgresServer } from './url/postgres-url.ts'
import { tlsOptions } from './url/tls.ts'

/**
 * Kysely's dialect for PostgreSQL, on the driver `pg`.
 *
 * Idle connections let the process end. A connection that breaks while idle is replaced by the next query. A query
 * fails when its connection breaks, or stays silent for too long.
 */
export async function postgresDialect(server: PostgresServer, silenceLimit: SilenceLimit): Promise<Dialect> {
  const { Pool, types } = (await loadDriver('pg', () => import('pg'))).default
  const pool = new Pool({
    ...postgresConfig(server),
    max: 10,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary') =>
        type === INT8 ? readInt8 : types.getTypeParser(type, format as 'text'),
    } as typeof types,
  })
  // Ignores the error of an idle connection. Why: without a listener, the error would end the process.
  pool.on('error', () => {})
  // Ignores the error of a connection in use. Why: the query fails, and its caller gets the error.
  pool.on('connect', (client) => void client.on('error', () => {}))
  pool.on('acquire', (client) => expectAnswers(socketOf(client), silenceLimit()))
  pool.on('release', (_, client) => expectNothing(socketOf(client)))
  return new PostgresDialect({ pool })
}

/**
 * Returns the driver's options for a server.
 *
 * Why the URL stays unused: the driver obeys some of its parameters and ignores others, among them parameters for
 * security.
 */
export function postgresConfig({ host, port, user, password, database, tls, session }: PostgresServer): ClientConfig {
  return {
    connectionTimeoutMillis: 5000,
    database,
    ...(host !== '' && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    // Without a word the driver would read the environment for itself.
    ssl: tls ? tlsOptions(host, tls) : false,
    ...session,
  }
}

function socketOf(client: PoolClient): Socket {
  return (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream
}

const INT8 = 20

/**
 * Returns a number where it is exact, otherwise the text. Why: Ostiary's times and counts are numbers, but a foreign id
 * may be too long. The driver returns text for all integers of 64 bits.
 */
function readInt8(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}
