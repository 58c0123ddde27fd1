import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { Dialect, SqliteDatabase } from 'kysely'
import { DatabaseError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { type Row, readRows, sqliteDialectOf } from './sqlite-dialect.ts'

/**
 * Kysely's SQLite dialect for a file that belongs to another application. The file stays as it is.
 *
 * Each query opens the file for reading and closes it again. Why: an open connection to a file with a write-ahead log
 * leaves its helper files behind. The connection would also miss that the file was replaced.
 *
 * A query throws a {@link DatabaseError} when the file is missing or unreadable.
 */
export function foreignSqliteDialect(path: string): Dialect {
  return sqliteDialectOf(() => foreignFile(path))
}

function foreignFile(path: string): SqliteDatabase {
  const all = (sql: string, parameters: readonly unknown[]) => readOnce(path, sql, parameters)
  return {
    prepare: (sql) => ({
      reader: true,
      all: (parameters) => all(sql, parameters),
      run: () => {
        throw new DatabaseError(`The database ${path} is only read.`)
      },
      iterate: (parameters) => all(sql, parameters)[Symbol.iterator](),
    }),
    close: () => {},
  }
}

function readOnce(path: string, sql: string, parameters: readonly unknown[]): Row[] {
  assertReadable(path)
  if (!hasIdleLog(path)) return query(path, sql, parameters)
  const rows = query(unchanging(path), sql, parameters)
  // A writer has started meanwhile, so the rows may mix old and new data. Reads again.
  return existsSync(`${path}-wal`) ? query(path, sql, parameters) : rows
}

function query(file: string | URL, sql: string, parameters: readonly unknown[]): Row[] {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 0 })
  try {
    return readRows(database.prepare(sql), parameters as SQLInputValue[])
  } finally {
    database.close()
  }
}

/** @throws {DatabaseError} when the path is missing, unreadable, or something other than a file. */
function assertReadable(path: string): void {
  let why: string
  try {
    accessSync(path, constants.R_OK)
    if (statSync(path).isFile()) return
    why = 'it is no file'
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : reasonOf(cause)
  }
  throw new DatabaseError(`Cannot open the database ${path}: ${why}.`)
}

/**
 * Returns true for a file with a write-ahead log that no process has open. SQLite would create the log, and fails where
 * it may not.
 */
function hasIdleLog(path: string): boolean {
  return !existsSync(`${path}-wal`) && usesLog(path)
}

/** Reads the header of the file, https://www.sqlite.org/fileformat2.html, section 1.3.3. */
function usesLog(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const header = Buffer.alloc(20)
    return readSync(file, header, 0, 20, 0) === 20 && header[18] === 2
  } finally {
    closeSync(file)
  }
}

/**
 * Returns a URL with which SQLite opens the file without creating files beside it. Node before 22.15 accepts only
 * paths.
 */
function unchanging(path: string): string | URL {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major === 22 && minor < 15) return path
  const url = pathToFileURL(path)
  url.search = 'immutable=1'
  return url
}
