import { ConfigurationError } from '../errors.ts'

/**
 * Loads the driver package of a database server. The package is an optional peer dependency, unnecessary for SQLite.
 *
 * @throws {ConfigurationError} when the package is missing.
 */
export async function loadDriver<T>(packageName: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new ConfigurationError(
      `This database needs the package "${packageName}", which is not installed: npm install ${packageName}`,
      { cause },
    )
  }
}
