import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDocument } from '../docs/documents.ts'

const { blocks, text } = readDocument('README.md')
const start = text.slice(0, text.indexOf('## Forty lines')).split('\n').length
const guide = blocks.filter(({ line }) => line > start)

/**
 * The commands of the README's guide, one block of them after the other: `[setUp, start, sendJson, checkTypes,
 * production]`. Continuation lines do not occur.
 */
export const README_COMMANDS = guide
  .filter(({ language }) => language === 'sh')
  .map(({ code }) => code.split('\n').filter((line) => line !== ''))

/** Writes the files of the README's guide, each under the name that its first line gives it. */
export async function writeReadmeFiles(folder: string): Promise<string[]> {
  const files = guide.filter(({ name }) => name !== undefined)
  for (const { name = '', code } of files) await writeFile(join(folder, name), code)
  return files.map(({ name = '' }) => name)
}
