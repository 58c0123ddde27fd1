import type { JsonValue, TransferUser } from '../../index.ts'
import { asFlag, asTime } from '../../sql/column-values.ts'
import { type Column, readCsvHead } from './csv-head.ts'
import { readCsvRecords } from './csv-records.ts'
import { jsonShape, MOST_LEVELS } from './json-shape.ts'
import type { ReadUser } from './user-stream.ts'

/**
 * Yields the users in a CSV file with a first row that names the columns. Rows with only commas are passed over.
 *
 * @throws {CliError} when the first row lacks user names.
 */
export async function* readCsv(bytes: AsyncIterable<Buffer>): AsyncGenerator<ReadUser> {
  let columns: readonly Column[] | undefined
  for await (const record of readCsvRecords(bytes)) {
    if (!columns) columns = readCsvHead(record)
    else if ('reason' in record) yield record
    else if (record.fields.some((field) => field.trim() !== '')) yield readRecord(record.fields, columns, record.at)
  }
}

function readRecord(record: readonly string[], columns: readonly Column[], at: number): ReadUser {
  if (record.length !== columns.length)
    return { at, reason: `it has ${record.length} fields instead of ${columns.length}` }
  const user: Partial<Record<keyof TransferUser, unknown>> = {}
  for (const [index, column] of columns.entries()) {
    if (column === undefined) continue
    const text = record[index] ?? ''
    const { field, isReversed } = column
    const read = readField(field, text)
    if (read !== undefined && 'wrong' in read) return { at, reason: `${field} is not ${read.wrong}` }
    if (read !== undefined) user[field] = isReversed ? !read.value : read.value
  }
  return { at, user: user as unknown as TransferUser }
}

type Field = { readonly value: TransferUser[keyof TransferUser] } | { readonly wrong: string } | undefined

/** Reads a field. Undefined for an empty field, which leaves the value open. */
function readField(column: keyof TransferUser, text: string): Field {
  if (column === 'roles') return { value: readRoles(text) }
  if (column === 'username' || column === 'description') return { value: text }
  if (text === '') return undefined
  if (column === 'superuser' || column === 'disabled') return orWrong(asFlag(text), 'true or false')
  if (column === 'createdAt' || column === 'changedAt') return orWrong(asTime(text.trim()), 'a time in ISO 8601')
  if (column === 'properties') return orWrong(readObject(text), `a JSON object of at most ${MOST_LEVELS} levels`)
  return { value: text }
}

function orWrong(value: TransferUser[keyof TransferUser], what: string): Field {
  return value === undefined ? { wrong: what } : { value }
}

function readRoles(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  return [...new Set(names.filter((name) => name !== ''))]
}

function readObject(json: string): Readonly<Record<string, JsonValue>> | undefined {
  if (jsonShape(json).depth > MOST_LEVELS) return undefined
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, JsonValue>
  } catch {
    // Invalid JSON is refused, like any other value than an object.
  }
  return undefined
}
