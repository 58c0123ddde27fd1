import { statSync } from 'node:fs'
import { reasonOf } from '../reason-of.ts'
import { misused } from './cli-error.ts'

/**
 * Reads variables from the named file, or from `.env` in the working directory if present. Variables that are already
 * set keep their values.
 *
 * @throws {CliError} when the file cannot be read.
 */
export function loadEnvironment(named: string | undefined): void {
  const file = named ?? '.env'
  const found = statSync(file, { throwIfNoEntry: false })
  // A folder of this name usually belongs to Python.
  if (named === undefined && !found?.isFile()) return
  if (!found) throw misused(`There is no file ${file}, which --env-file names.`)
  try {
    process.loadEnvFile(file)
  } catch (cause) {
    throw misused(`The variables in ${file} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}
