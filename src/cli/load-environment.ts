import { statSync } from 'node:fs'
import { reasonOf } from '../reason-of.ts'
import { misused } from './cli-error.ts'

/**
 * Reads variables from a file: from the one that is named, or from `.env` in the working directory, where there is one.
 * What the environment holds already stays as it is.
 *
 * @throws {CliError} when the file cannot be read.
 */
export function loadEnvironment(named: string | undefined): void {
  const file = named ?? '.env'
  const found = statSync(file, { throwIfNoEntry: false })
  // A folder of that name is Python's, mostly.
  if (named === undefined && !found?.isFile()) return
  if (!found) throw misused(`There is no file ${file}, which --env-file names.`)
  try {
    process.loadEnvFile(file)
  } catch (cause) {
    throw misused(`The variables in ${file} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}
