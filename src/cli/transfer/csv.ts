import type { JsonValue, TransferUser } from '../../index.ts'
import { asFlag, asTime } from '../../sql/column-values.ts'
import { misused } from '../cli-error.ts'
import { note } from '../output.ts'
import { readCsvRecords } from './csv-records.ts'
import type { ReadUser } from './user-feed.ts'

/** Users in CSV, with a first row that names the columns. @throws {CliError} when that row has no user names. */
export async function* readCsv(bytes: AsyncIterable<Buffer>): AsyncGenerator<ReadUser> {
  let columns: readonly (Column | undefined)[] | undefined
  for await (const record of readCsvRecords(bytes)) {
    if (!columns) columns = readHead('fields' in record ? record.fields : [])
    else if ('reason' in record) yield record
    else yield readRecord(record.fields, columns, record.at)
  }
}

type Column = (typeof COLUMNS)[string]

/** By their names in small letters, without `_`, `-` and spaces. */
const COLUMNS: Readonly<Record<string, keyof TransferUser>> = {
  username: 'username',
  id: 'id',
  passwordhash: 'passwordHash',
  password: 'passwordHash',
  hash: 'passwordHash',
  description: 'description',
  roles: 'roles',
  superuser: 'superuser',
  disabled: 'disabled',
  properties: 'properties',
  createdat: 'createdAt',
  created: 'createdAt',
  changedat: 'changedAt',
  changed: 'changedAt',
}

function readHead(head: readonly string[]): (Column | undefined)[] {
  const columns = head.map((name) => COLUMNS[name.trim().toLowerCase().replace(/[_ -]/g, '')])
  if (!columns.includes('username')) {
    throw misused('The first row names no column "username". It has to name the columns, with commas between them.')
  }
  const twice = columns.find((column, index) => column !== undefined && columns.indexOf(column) !== index)
  if (twice) throw misused(`Two columns are the same: ${twice}.`)
  const others = head.filter((_, index) => columns[index] === undefined)
  if (others.length > 0) note(`Note: these columns are not imported: ${others.join(', ')}.`)
  return columns
}

function readRecord(record: readonly string[], columns: readonly (Column | undefined)[], at: number): ReadUser {
  if (record.length !== columns.length)
    return { at, reason: `it has ${record.length} fields instead of ${columns.length}` }
  const user: Record<string, unknown> = {}
  for (const [index, column] of columns.entries()) {
    if (column === undefined) continue
    const text = record[index] ?? ''
    const read = readField(column, text)
    if (read !== undefined && typeof read === 'object' && 'wrong' in read)
      return { at, reason: `${column} is not ${read.wrong}` }
    if (read !== undefined) user[column] = (read as { readonly value: unknown }).value
  }
  return { at, user: user as unknown as TransferUser }
}

type Field = { readonly value: TransferUser[keyof TransferUser] } | { readonly wrong: string } | undefined

/** Undefined for an empty field, which says nothing. */
function readField(column: Column, text: string): Field {
  if (column === 'roles') return { value: readRoles(text) }
  if (column === 'username' || column === 'description') return { value: text }
  if (text === '') return undefined
  if (column === 'superuser' || column === 'disabled') return orWrong(asFlag(text), 'true or false')
  if (column === 'createdAt' || column === 'changedAt') return orWrong(asTime(text.trim()), 'a time in ISO 8601')
  if (column === 'properties') return orWrong(readObject(text), 'a JSON object')
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
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, JsonValue>
  } catch {
    // As below.
  }
  return undefined
}
