import { connect, type Socket } from 'node:net'
import { CompiledQuery, type Dialect, MysqlDialect } from 'kysely'
import type { Connection, ConnectionOptions, PoolConnection, QueryError, SslOptions } from 'mysql2'
import { loadDriver } from './load-driver.ts'
import { expectAnswers, expectNothing, type SilenceLimit } from './silence.ts'
import type { MysqlServer } from './url/mysql-url.ts'
import { type Tls, tlsOptions } from './url/tls.ts'

/**
 * Kysely's MySQL, for MariaDB and MySQL, on the driver `mysql2`.
 *
 * Connections that are idle do not keep the process alive. One that breaks while it is idle is replaced by the next query.
 * One on which nothing comes for too long fails the query.
 */
export async function mysqlDialect(server: MysqlServer, silenceLimit: SilenceLimit): Promise<Dialect> {
  const { createPool } = (await loadDriver('mysql2', () => import('mysql2'))).default
  const pool = createPool({
    ...configOf(server),
    connectionLimit: 10,
    connectTimeout: 5000,
    keepAliveInitialDelay: 10_000,
    charset: 'utf8mb4',
    // What is too long for a number arrives as text rather than rounded.
    supportBigNumbers: true,
    // An object in the place of a value is never a part of the statement.
    stringifyObjects: true,
  })
  pool.on('connection', hideValues)
  pool.on('acquire', (connection) => {
    const socket = socketOf(connection).ref()
    expectAnswers(socket, silenceLimit())
  })
  pool.on('release', (connection) => {
    const socket = socketOf(connection).unref()
    expectNothing(socket)
  })
  return new MysqlDialect({
    pool,
    async onCreateConnection(connection) {
      await connection.executeQuery(CompiledQuery.raw(`set session sql_mode = '${SQL_MODE}'`))
    },
  })
}

/**
 * What the driver is to be told of a server.
 *
 * Why not the URL itself: the driver ignores parameters that it does not know, and obeys some that nobody should set.
 */
function configOf({ host, port, user, password, database, tls, socketPath, timezone }: MysqlServer): ConnectionOptions {
  return {
    database,
    ...(host !== '' && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(socketPath !== undefined && { socketPath }),
    ...(timezone !== undefined && { timezone }),
    ...(tls && { ssl: sslOf(host, tls), stream: () => connectTo(host, port ?? 3306) }),
  }
}

function sslOf(host: string, tls: Tls): SslOptions {
  const { checkServerIdentity: _, ...options } = tlsOptions(host, tls)
  return { ...options, verifyIdentity: tls.verify } as SslOptions
}

/**
 * A socket that knows the name of its host. Why: the driver lets Node find out whose certificate it must be, and Node
 * asks the socket, which knows names and no addresses.
 */
function connectTo(host: string, port: number): Socket {
  const socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: 10_000, noDelay: true })
  return Object.assign(socket, { _host: host })
}

/**
 * Whatever the server is set to: the driver escapes values with backslashes, which must be what the server takes them
 * for, and a value that does not fit is an error rather than cut off.
 */
const SQL_MODE = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'

function socketOf(connection: PoolConnection): Socket {
  return (connection as unknown as { readonly stream: Socket }).stream
}

/** The driver puts the whole statement into its errors, password hashes included, and errors end in logs. */
function hideValues(connection: Connection): void {
  const query = connection.query as (...args: unknown[]) => unknown
  Object.assign(connection, {
    query: (sql: unknown, values: unknown, done?: (error: QueryError | null, ...rest: unknown[]) => void) =>
      query.call(connection, sql, values, (error: QueryError | null, ...rest: unknown[]) => {
        if (error) delete (error as { sql?: string }).sql
        done?.(error, ...rest)
      }),
  })
}
