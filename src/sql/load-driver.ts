import { ConfigurationError } from '../errors.ts'

/**
 * Loads the package that talks to a database server. It is an optional peer: who keeps people in SQLite needs none.
 *
 * @throws {ConfigurationError} when it is not installed.
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
