import { lstatSync } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { refused } from '../cli-error.ts'

/**
 * Writes all files. When one fails, the written ones are removed. An existing file is never touched.
 *
 * @param others Names that must be absent, too. Why: a configuration in `ostiary.config.js` would be passed over beside
 * an `ostiary.config.ts`, and commands would go to another database.
 * @throws {CliError} when a file with one of the names exists.
 */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  others: readonly string[] = [],
): Promise<void> {
  const present = [...new Set([...files.keys(), ...others])].filter((name) => isThere(join(folder, name)))
  if (present.length > 0) {
    throw refused(`Nothing was written: ${present.join(', ')} ${present.length > 1 ? 'are' : 'is'} there already.`)
  }
  await mkdir(folder, { recursive: true })
  const written: string[] = []
  try {
    for (const [name, content] of files) {
      const file = await open(join(folder, name), 'wx')
      // From here on, the file is ours, and is removed when the disk is full.
      written.push(name)
      try {
        await file.writeFile(content)
      } finally {
        await file.close()
      }
    }
  } catch (error) {
    await Promise.all(written.map((name) => rm(join(folder, name), { force: true })))
    throw error
  }
}

/** True when the path exists. A link without a target counts, too. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
