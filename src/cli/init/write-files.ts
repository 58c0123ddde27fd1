import { lstatSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refused } from '../cli-error.ts'

/**
 * Writes all of the files, or none. A file that is there is never touched.
 *
 * @throws {CliError} when one of them is there.
 */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const present = [...files.keys()].filter((name) => isThere(join(folder, name)))
  if (present.length > 0) {
    throw refused(`Nothing was written: ${present.join(', ')} ${present.length > 1 ? 'are' : 'is'} there already.`)
  }
  await mkdir(folder, { recursive: true })
  const written: string[] = []
  try {
    for (const [name, content] of files) {
      await writeFile(join(folder, name), content, { flag: 'wx' })
      written.push(name)
    }
  } catch (error) {
    await Promise.all(written.map((name) => rm(join(folder, name), { force: true })))
    throw error
  }
}

/** A link that leads nowhere is there, too. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
