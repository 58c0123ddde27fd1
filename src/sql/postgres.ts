import type { Socket } from 'node:net'
import { type Dialect, PostgresDialect } from 'kysely'
import type { ClientConfig, PoolClient } from 'pg'
import { loadDriver } from './load-driver.ts'
import { expectAnswers, expectNothing, type SilenceLimit } from './silence.ts'
import type { PostgresServer } from './url/postgres-url.ts'
import { tlsOptions } from './url/tls.ts'

/**
 * Kysely's PostgreSQL on the driver `pg`.
 *
 * Connections that are idle do not keep the process alive. One that breaks while it is idle is replaced by the next query.
 * One that breaks while it is in use fails the query, and so does one on which nothing comes for too long.
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
  // Nobody waits for a connection that is idle: without a listener, its end would be that of the process.
  pool.on('error', () => {})
  // Nor is it while it is in use: the query fails, and whoever asked hears of it.
  pool.on('connect', (client) => void client.on('error', () => {}))
  pool.on('acquire', (client) => expectAnswers(socketOf(client), silenceLimit()))
  pool.on('release', (_, client) => expectNothing(socketOf(client)))
  return new PostgresDialect({ pool })
}

/**
 * What the driver is to be told of a server.
 *
 * Why not the URL itself: of its parameters the driver obeys some and ignores others, those for security included.
 */
export function postgresConfig({
  host,
  port,
  user,
  password,
  database,
  tls,
  plain,
  session,
}: PostgresServer): ClientConfig {
  return {
    connectionTimeoutMillis: 5000,
    database,
    ...(host !== '' && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(tls && { ssl: tlsOptions(host, tls) }),
    ...(plain && { ssl: false }),
    ...session,
  }
}

function socketOf(client: PoolClient): Socket {
  return (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream
}

const INT8 = 20

/** The driver makes text of all 64 bits. Our times and counts are numbers; an id of somebody else's may be too long for one. */
function readInt8(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}
