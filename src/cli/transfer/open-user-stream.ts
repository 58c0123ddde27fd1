import { misused } from '../cli-error.ts'
import { checkedText } from './checked-text.ts'
import { readCsv } from './csv.ts'
import { readHtpasswd } from './htpasswd.ts'
import { ldifReader } from './ldif.ts'
import { ndjsonReader } from './ndjson.ts'
import { openInput } from './open-input.ts'
import type { ReadUser, UserStream } from './user-stream.ts'

export const FORMATS = ['csv', 'ndjson', 'htpasswd', 'ldif', 'zopyx', 'django'] as const

export type Format = (typeof FORMATS)[number]

/** Opens the source of an import: a file, or the database of another application. */
export function openUserStream(source: string, format: Format, signal: AbortSignal): Promise<UserStream> {
  return format === 'zopyx' || format === 'django' ? openTable(source, format) : openFile(source, format, signal)
}

async function openFile(
  source: string,
  format: Exclude<Format, 'zopyx' | 'django'>,
  signal: AbortSignal,
): Promise<UserStream> {
  const { read, remark = () => undefined } = readerOf(format)
  const { bytes, progress } = await openInput(source, signal)
  return { unit: 'line', users: read(checkedText(bytes, format)), progress, remark, close: async () => {} }
}

interface Reader extends Pick<UserStream, 'remark'> {
  read(bytes: AsyncIterable<Buffer>): AsyncIterable<ReadUser>
}

function readerOf(format: Exclude<Format, 'zopyx' | 'django'>): Reader {
  if (format === 'ldif') return ldifReader()
  if (format === 'ndjson') return ndjsonReader()
  return { read: format === 'csv' ? readCsv : readHtpasswd }
}

async function openTable(source: string, application: 'zopyx' | 'django'): Promise<UserStream> {
  if (source === '-' || /^https?:/i.test(source))
    throw misused(`--from ${application} reads a database: its URL, or a file of SQLite.`)
  // Loaded late, because other formats work without it.
  const { openForeignUsers } = await import('../../sql/transfer/foreign-users.ts')
  const url = /^[a-z]+:/i.test(source) ? source : `sqlite:${source}`
  const tables = await openForeignUsers(url, application)
  try {
    const total = await tables.count()
    let read = 0
    async function* users(): AsyncGenerator<ReadUser> {
      for await (const user of tables.read()) {
        read += 1
        yield user
      }
    }
    const progress = () => (total === 0 ? undefined : Math.min(1, read / total))
    return { unit: 'row', users: users(), progress, close: tables.close }
  } catch (error) {
    await tables.close()
    throw error
  }
}
