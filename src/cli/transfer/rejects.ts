import { type FileHandle, open, stat } from 'node:fs/promises'
import { reasonOf } from '../../reason-of.ts'
import { misused } from '../cli-error.ts'
import { note } from '../output.ts'
import { printableJson } from '../printable.ts'
import { mayBeHash, withoutHashes } from './may-be-hash.ts'
import type { UserStream } from './user-stream.ts'

/** A user who was refused, with the reason. */
export interface Reject {
  readonly at: number
  /** Present only for a user who could be read. */
  readonly username?: string
  readonly reason: string
}

/** The list of rejects: a file for all of them, or standard error for the first few. */
export interface Rejects {
  /** Writes the rejects of a batch. */
  add(rejects: readonly Reject[]): Promise<void>
  /** Writes the closing notes, and closes. */
  end(): Promise<void>
}

/** @throws {CliError} when the file cannot be written. */
export async function openRejects(path: string | undefined, unit: UserStream['unit']): Promise<Rejects> {
  return path === undefined ? onStandardError(unit) : inFile(path, await openFile(path), unit)
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    if (await isOfOthers(path)) throw new Error('there is such a file, which is no list of rejects')
    return await open(path, 'w', 0o600)
  } catch (cause) {
    throw misused(`${path} cannot be written: ${reasonOf(cause)}`, { cause })
  }
}

/** Returns true when the path has a file with other content than rejects, such as the very file that is imported. */
async function isOfOthers(path: string): Promise<boolean> {
  const present = await stat(path).catch(() => undefined)
  if (!present?.isFile() || present.size === 0) return false
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0)
    return !/^\{"(?:line|row)":\d/.test(buffer.toString('latin1', 0, bytesRead))
  } finally {
    await file.close()
  }
}

function inFile(path: string, file: FileHandle, unit: UserStream['unit']): Rejects {
  let count = 0
  return {
    async add(rejects) {
      count += rejects.length
      const lines = rejects.map(({ at, ...reject }) => `${printableJson({ [unit]: at, ...shortened(reject) })}\n`)
      if (lines.length > 0) await file.appendFile(lines.join(''))
    },
    async end() {
      await file.close()
      if (count > 0) note(`They are listed in ${path}.`)
    },
  }
}

function onStandardError(unit: UserStream['unit']): Rejects {
  const first: Reject[] = []
  let count = 0
  return {
    async add(rejects) {
      count += rejects.length
      first.push(...rejects.slice(0, SHOWN - first.length))
    },
    async end() {
      for (const { at, ...reject } of first) {
        const { username, reason } = shortened(reject)
        note(`${unit} ${at}${username === undefined ? '' : ` ${JSON.stringify(username)}`}: ${reason}`)
      }
      if (count > first.length) note(`… and ${count - first.length} more: --rejects <file> lists all of them.`)
    },
  }
}

const SHOWN = 10

/** Hides a name that is too long for a user name, or looks like a hash. Why: such a text may be any data. */
function shortened({ username, reason }: Omit<Reject, 'at'>): Omit<Reject, 'at'> {
  const shown = withoutHashes(reason)
  const hidden = username === undefined || username.length > 200 || mayBeHash(username)
  return hidden ? { reason: shown } : { username, reason: shown }
}
