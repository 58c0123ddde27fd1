import type { Socket } from 'node:net'
import { type Dialect, PostgresDialect } from 'kysely'
import type { PoolClient } from 'pg'
import { loadDriver } from './load-driver.ts'
import { QUERY_DEADLINE_MS } from './query-deadline.ts'

/**
 * Kysely's PostgreSQL on the driver `pg`.
 *
 * A query that is not answered within 15 s fails, and its connection is given up; `?query_timeout=` in the URL, in
 * milliseconds, says otherwise. Connections that are idle do not keep the process alive. One that breaks while it is idle is replaced by the next query.
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
    query_timeout: QUERY_DEADLINE_MS,
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary') =>
        type === INT8 ? readInt8 : types.getTypeParser(type, format as 'text'),
    } as typeof types,
    // Last, since what the URL says comes before all of the above.
    connectionString: url,
  })
  // Nobody waits for a connection that is idle: without a listener, its end would be that of the process.
  pool.on('error', () => {})
  pool.on('connect', breakWhenItHangs)
  return new PostgresDialect({ pool })
}

/**
 * A query that is not answered in time leaves its connection waiting for the answer: a dead one, when the network is cut.
 * Broken, it is replaced by the next query.
 */
function breakWhenItHangs(client: PoolClient): void {
  const query = client.query as (...args: unknown[]) => unknown
  Object.assign(client, {
    query(...args: unknown[]) {
      const answer = query.apply(client, args)
      if (answer instanceof Promise) {
        answer.catch((error: unknown) => {
          if ((error as Error).message === 'Query read timeout') socketOf(client).destroy()
        })
      }
      return answer
    },
  })
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
