import { connect, type Socket } from 'node:net'
import { CompiledQuery, type Dialect, MysqlDialect } from 'kysely'
import type { Connection, ConnectionOptions, PoolConnection, QueryError, SslOptions } from 'mysql2'
import { loadDriver } from './load-driver.ts'
import { expectAnswers, expectNothing, type SilenceLimit } from './silence.ts'
import type { MysqlServer } from './url/mysql-url.ts'
import { type Tls, tlsOptions } from './url/tls.ts'

/**
 * Kysely's dialect for MariaDB and MySQL, on the driver `mysql2`.
 *
 * Idle connections let the process end. A connection that breaks while idle is replaced by the next query. A query
 * fails when its connection stays silent for too long.
 */
export async function mysqlDialect(server: MysqlServer, silenceLimit: SilenceLimit): Promise<Dialect> {
  const { createPool } = (await loadDriver('mysql2', () => import('mysql2'))).default
  const pool = createPool({
    ...configOf(server),
    connectionLimit: 10,
    connectTimeout: 5000,
    keepAliveInitialDelay: 10_000,
    charset: 'utf8mb4',
    // Integers too long for a number arrive as text, unrounded.
    supportBigNumbers: true,
    // An object in the place of a value is bound as text, and cannot become part of the statement.
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
 * Returns the driver's options for a server.
 *
 * Why the URL stays unused: the driver ignores unknown parameters, and obeys some dangerous ones.
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
 * Opens a socket that knows its host. Why: the driver lets Node find the expected name of the certificate. Node asks
 * the socket, which by itself knows only host names, and lacks addresses.
 */
function connectTo(host: string, port: number): Socket {
  const socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: 10_000, noDelay: true })
  return Object.assign(socket, { _host: host })
}

/**
 * Set for each session, over the server's own setting. Why: the driver escapes values with backslashes, and the server
 * must read them the same way. A value that is too long must fail rather than be cut off.
 */
const SQL_MODE = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'

function socketOf(connection: PoolConnection): Socket {
  return (connection as unknown as { readonly stream: Socket }).stream
}

/**
 * Removes the statement from the driver's errors. Why: the statement contains password hashes, and errors end in logs.
 */
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
