import { ConfigurationError } from '../errors.ts'

/** What a URL names. `label` is what messages call it: never with a password in it. */
export type NamedDatabase =
  | { readonly dialect: 'sqlite'; readonly label: string; readonly path: string }
  | { readonly dialect: 'postgres' | 'mysql'; readonly label: string; readonly url: string }

/** The few things that differ between databases are told apart by this. MariaDB counts as MySQL. */
export type DialectName = NamedDatabase['dialect']

/** @throws {ConfigurationError} when the URL names no database that is supported. */
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
  // Two slashes would begin a host, and a file has none: three are an absolute path, as in any URL.
  const path = /^sqlite:(?:\/\/(?=\/)|(?!\/\/))(?<path>.+)$/s.exec(url)?.groups?.path
  return path === undefined ? undefined : { dialect: 'sqlite', label: path, path }
}

const DIALECTS = new Map([
  ['postgres:', 'postgres'],
  ['postgresql:', 'postgres'],
  ['mysql:', 'mysql'],
  ['mariadb:', 'mysql'],
] as const)

function server(url: string): NamedDatabase | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, host, pathname, username, password, searchParams } = new URL(url)
  const dialect = DIALECTS.get(protocol as 'mysql:')
  const isSocket = host === '' && (searchParams.has('host') || searchParams.has('socketPath'))
  // A path of several parts, or with an @ in it, is the rest of a password that is not encoded.
  const isNamed = /^\/[^/@:]+$/.test(pathname)
  if (!dialect || (host === '' && !isSocket) || !isNamed || ![username, password, pathname].every(isEncoded)) {
    return undefined
  }
  return { dialect, label: `${protocol}//${host}${pathname}`, url }
}

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text).length >= 0
  } catch {
    return false
  }
}

/** It may hold a password, in more places than can be told: nothing but the kind is shown. */
function shownWithoutPassword(url: unknown): string {
  if (typeof url !== 'string') return String(url)
  const kind = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0]
  return kind === undefined ? 'What was given' : `"${kind}…"`
}
