import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { Dialect, SqliteDatabase } from 'kysely'
import { DatabaseError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { type Row, readRows, sqliteDialectOf } from './sqlite-dialect.ts'

/**
 * Kysely's SQLite for a file of somebody else's, which stays as it is.
 *
 * Each query opens the file for reading and closes it again. Why: an open connection to a file with a write-ahead log
 * leaves its helper files behind, and would not notice that the file is replaced by another one.
 *
 * A query throws a {@link DatabaseError} when there is no such file, or it may not be read.
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
  // Somebody has begun to write meanwhile: what was read may be of two minds.
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

/** @throws {DatabaseError} */
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
 * Whether the file is one with a write-ahead log that nobody has open. SQLite would make that log, and fails where it
 * may not.
 */
function hasIdleLog(path: string): boolean {
  return !existsSync(`${path}-wal`) && usesLog(path)
}

/** By the header of the file, https://www.sqlite.org/fileformat2.html, section 1.3.3. */
function usesLog(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const header = Buffer.alloc(20)
    return readSync(file, header, 0, 20, 0) === 20 && header[18] === 2
  } finally {
    closeSync(file)
  }
}

/** Opened so, SQLite makes no files beside it. Node before 22.15 takes paths alone. */
function unchanging(path: string): string | URL {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major === 22 && minor < 15) return path
  const url = pathToFileURL(path)
  url.search = 'immutable=1'
  return url
}
