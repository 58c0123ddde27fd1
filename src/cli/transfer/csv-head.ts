import { misused } from '../cli-error.ts'
import { note } from '../output.ts'
import type { CsvRecord } from './csv-records.ts'
import { type FoundField, fieldOf } from './field-names.ts'
import { notImported } from './not-imported.ts'

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
  const others = notImported('columns')
  for (const [index, name] of head.entries()) if (columns[index] === undefined) others.add(name)
  const remark = others.remark()
  if (remark !== undefined) note(`Note: ${remark}`)
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
