import { misused } from '../cli-error.ts'
import { note } from '../output.ts'
import type { CsvRecord } from './csv-records.ts'
import { type FoundField, fieldOf } from './field-names.ts'
import { mayBeHash } from './may-be-hash.ts'

/** The field that a column holds. Undefined for columns that are not imported. */
export type Column = FoundField | undefined

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
  const columns = head.map(fieldOf)
  const fields = columns.map((column) => column?.field)
  if (!fields.includes('username')) throw misused(whatIsWrong(head))
  const twice = fields.find((field, index) => field !== undefined && fields.indexOf(field) !== index)
  if (twice) throw misused(`Two columns are the same: ${twice}.`)
  const others = [...new Set(head.filter((_, index) => columns[index] === undefined).map(shownName))]
  if (others.length > 0) note(`Note: these columns are not imported: ${listed(others)}.`)
  return columns
}

function whatIsWrong(head: readonly string[]): string {
  const sentence = 'The first row names no column "username".'
  const separator = SEPARATORS.find(([mark]) => isNamed(head.join(',').split(mark)))
  if (!separator) return `${sentence} It has to name the columns, with commas between them.`
  return `${sentence} It has ${separator[1]} between the columns: save the file with commas.`
}

function isNamed(names: readonly string[]): boolean {
  return names.some((name) => fieldOf(name)?.field === 'username')
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
