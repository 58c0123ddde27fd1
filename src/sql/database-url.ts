import { ConfigurationError } from '../errors.ts'
import { type MysqlServer, readMysqlUrl } from './url/mysql-url.ts'
import { type PostgresServer, readPostgresUrl } from './url/postgres-url.ts'

/** The database that a URL names. `label` is its name in messages, and free of passwords. */
export type NamedDatabase =
  | { readonly dialect: 'sqlite'; readonly label: string; readonly path: string }
  | { readonly dialect: 'postgres'; readonly label: string; readonly url: string; readonly server: PostgresServer }
  | { readonly dialect: 'mysql'; readonly label: string; readonly url: string; readonly server: MysqlServer }

/** The kind of database, for the few things that differ. MariaDB counts as MySQL. */
export type DialectName = NamedDatabase['dialect']

/**
 * Reads the URL of a database.
 *
 * @throws {ConfigurationError} when the URL names an unsupported database, has an unknown parameter, or asks for
 * security that the driver lacks.
 */
export function readDatabaseUrl(url: string): NamedDatabase {
  const named = typeof url === 'string' ? (sqliteFile(url) ?? server(url)) : undefined
  if (named) return named
  throw new ConfigurationError(
    'A database is named by a URL such as "sqlite:users.db", "sqlite:/var/lib/app/users.db", ' +
      '"postgres://user:password@host/database" or "mysql://user:password@host/database", ' +
      `with special characters in the password percent-encoded. ${shownWithoutPassword(url)} is none.`,
  )
}

function sqliteFile(url: string): NamedDatabase | undefined {
  // Two slashes would begin a host, and a file has none. Three slashes begin an absolute path, as in any URL.
  const path = /^sqlite:(?:\/\/(?=\/)|(?!\/\/))(?<path>.+)$/s.exec(url)?.groups?.path
  if (path === undefined) return undefined
  // SQLite would open another file than the one that is made here for its owner alone.
  if (path.startsWith('file:')) {
    throw new ConfigurationError(
      'The URL of a SQLite file has a path behind "sqlite:", as in "sqlite:users.db", and no second URL that begins ' +
        'with "file:".',
    )
  }
  if (LIKE_PARAMETERS.test(path)) {
    throw new ConfigurationError(
      'The URL of a SQLite file has no parameters, and none is ignored. A file of another application is only read ' +
        'as it is, and none is encrypted here.',
    )
  }
  return { dialect: 'sqlite', label: path, path }
}

/**
 * Matches parameters such as `?mode=ro&cache=shared` at the end, and single ones that SQLite or SQLCipher knows. Other
 * file names may contain a `?`.
 */
const LIKE_PARAMETERS =
  /\?(?:[a-z_-]+=[\w%-]*(?:&[a-z_-]+=[\w%-]*)*|(?:mode|cache|immutable|vfs|nolock|psow|modeof|key|hexkey|cipher|password)=[^#]*)$/i

const DIALECTS = new Map([
  ['postgres:', 'postgres'],
  ['postgresql:', 'postgres'],
  ['mysql:', 'mysql'],
  ['mariadb:', 'mysql'],
] as const)

function server(url: string): NamedDatabase | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, host, pathname, username, password, search, hash, searchParams } = new URL(url)
  const dialect = DIALECTS.get(protocol as 'mysql:')
  const isSocket = host === '' && (searchParams.has('host') || searchParams.has('socketPath'))
  // A path with several parts or an @ is the rest of a password whose special characters were left unencoded.
  const isNamed = /^\/[^/@:]+$/.test(pathname) && !/@/.test(search + hash)
  if (!dialect || (host === '' && !isSocket) || !isNamed || ![host, username, password, pathname].every(isEncoded)) {
    return undefined
  }
  const label = `${protocol}//${host}${pathname}`
  const parsed = new URL(url)
  return dialect === 'postgres'
    ? { dialect, label, url, server: readPostgresUrl(parsed) }
    : { dialect, label, url, server: readMysqlUrl(parsed) }
}

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text).length >= 0
  } catch {
    return false
  }
}

/** Returns only the scheme. Why: a malformed URL may hold a password in any place. */
function shownWithoutPassword(url: unknown): string {
  if (typeof url !== 'string') return String(url)
  const kind = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0]
  return kind === undefined ? 'What was given' : `"${kind}…"`
}
