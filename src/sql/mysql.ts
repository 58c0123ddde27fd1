import type { Socket } from 'node:net'
import { CompiledQuery, type Dialect, MysqlDialect } from 'kysely'
import type { Connection, PoolConnection, QueryError } from 'mysql2'
import { loadDriver } from './load-driver.ts'
import { QUERY_DEADLINE_MS } from './query-deadline.ts'

/**
 * Kysely's MySQL, for MariaDB and MySQL, on the driver `mysql2`.
 *
 * A query that is not answered within 15 s fails, and its connection is given up. Connections that are idle do not keep the process alive. One that breaks while it is idle is replaced by the next query.
 */
export async function mysqlDialect(url: string): Promise<Dialect> {
  const { createPool } = (await loadDriver('mysql2', () => import('mysql2'))).default
  const pool = createPool({
    uri: url,
    connectionLimit: 10,
    connectTimeout: 5000,
    keepAliveInitialDelay: 10_000,
    charset: 'utf8mb4',
    // What is too long for a number arrives as text rather than rounded.
    supportBigNumbers: true,
    // An object in the place of a value is never a part of the statement.
    stringifyObjects: true,
  })
  pool.on('connection', guardQueries)
  pool.on('acquire', (connection) => socketOf(connection).ref())
  pool.on('release', (connection) => socketOf(connection).unref())
  return new MysqlDialect({
    pool,
    async onCreateConnection(connection) {
      await connection.executeQuery(CompiledQuery.raw(`set session sql_mode = '${SQL_MODE}'`))
    },
  })
}

/**
 * Whatever the server is set to: the driver escapes values with backslashes, which must be what the server takes them
 * for, and a value that does not fit is an error rather than cut off.
 */
const SQL_MODE = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'

function socketOf(connection: PoolConnection): Socket {
  return (connection as unknown as { readonly stream: Socket }).stream
}

/**
 * The driver puts the whole statement into its errors, password hashes included, and errors end in logs. And a query
 * that is not answered in time leaves its connection waiting: a dead one, when the network is cut.
 */
function guardQueries(connection: Connection): void {
  const query = connection.query as (...args: unknown[]) => unknown
  Object.assign(connection, {
    query: (sql: string, values: unknown, done?: (error: QueryError | null, ...rest: unknown[]) => void) =>
      query.call(
        connection,
        { sql, timeout: QUERY_DEADLINE_MS },
        values,
        (error: QueryError | null, ...rest: unknown[]) => {
          if (error) delete (error as { sql?: string }).sql
          if (error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy()
          done?.(error, ...rest)
        },
      ),
  })
}
