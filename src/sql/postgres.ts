import { type Dialect, PostgresDialect } from 'kysely'
import { loadDriver } from './load-driver.ts'

/**
 * Kysely's PostgreSQL on the driver `pg`.
 *
 * Connections that are idle do not keep the process alive. One that breaks while it is idle is replaced by the next query.
 */
export async function postgresDialect(url: string): Promise<Dialect> {
  const { Pool, types } = (await loadDriver('pg', () => import('pg'))).default
  const pool = new Pool({
    max: 10,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary') =>
        type === INT8 ? readInt8 : types.getTypeParser(type, format as 'text'),
    } as typeof types,
    // Last, since what the URL says comes before all of the above.
    connectionString: url,
  })
  // Nobody waits for a connection that is idle: without a listener, its end would be that of the process.
  pool.on('error', () => {})
  return new PostgresDialect({ pool })
}

const INT8 = 20

/** The driver makes text of all 64 bits. Our times and counts are numbers; an id of somebody else's may be too long for one. */
function readInt8(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}
