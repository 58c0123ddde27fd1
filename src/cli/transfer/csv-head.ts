import type { TransferUser } from '../../index.ts'
import { misused } from '../cli-error.ts'
import { note } from '../output.ts'
import type { CsvRecord } from './csv-records.ts'
import { mayBeHash } from './may-be-hash.ts'

/** The field that a column holds. Undefined for columns that are not imported. */
export type Column = keyof TransferUser | undefined

/**
 * Reads the first row, which names the columns. A note lists the columns that are left out.
 *
 * @throws {CliError} when the row is missing or unreadable, lacks a column of user names, or has a column twice.
 */
export function readCsvHead(record: CsvRecord): readonly Column[] {
  if ('reason' in record) {
    throw misused(
      `The first row has to name the columns, with commas between them. It cannot be read: ${record.reason}.`,
    )
  }
  const head = record.fields
  const columns = head.map(columnOf)
  if (!columns.includes('username')) throw misused(whatIsWrong(head))
  const twice = columns.find((column, index) => column !== undefined && columns.indexOf(column) !== index)
  if (twice) throw misused(`Two columns are the same: ${twice}.`)
  const others = [...new Set(head.filter((_, index) => columns[index] === undefined).map(shownName))]
  if (others.length > 0) note(`Note: these columns are not imported: ${listed(others)}.`)
  return columns
}

/** Columns by their names in lower case, without `_`, `-` and spaces. */
const COLUMNS: ReadonlyMap<string, keyof TransferUser> = new Map([
  ['username', 'username'],
  ['id', 'id'],
  ['passwordhash', 'passwordHash'],
  ['password', 'passwordHash'],
  ['hash', 'passwordHash'],
  ['description', 'description'],
  ['roles', 'roles'],
  ['superuser', 'superuser'],
  ['disabled', 'disabled'],
  ['properties', 'properties'],
  ['createdat', 'createdAt'],
  ['created', 'createdAt'],
  ['changedat', 'changedAt'],
  ['changed', 'changedAt'],
])

function columnOf(name: string): Column {
  return COLUMNS.get(name.trim().toLowerCase().replace(/[_ -]/g, ''))
}

function whatIsWrong(head: readonly string[]): string {
  const sentence = 'The first row names no column "username".'
  const separator = SEPARATORS.find(([mark]) => head.join(',').split(mark).map(columnOf).includes('username'))
  if (!separator) return `${sentence} It has to name the columns, with commas between them.`
  return `${sentence} It has ${separator[1]} between the columns: save the file with commas.`
}

const SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
  [':', 'colons'],
] as const

/** Hides unusual names. Why: a first row without column names may hold any data. */
function shownName(name: string): string {
  const text = name.trim()
  if (text === '') return 'one without a name'
  return /^[\p{L}\p{N} _.-]{1,40}$/u.test(text) && !mayBeHash(text) ? text : 'one with an unusual name'
}

const MOST_SHOWN = 20

function listed(names: readonly string[]): string {
  const more = names.length - MOST_SHOWN
  return `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
