import { loadPackage } from '../load-package.ts'

/**
 * Loads the driver package of a database server. The package is an optional peer dependency, unnecessary for SQLite.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export function loadDriver<T>(packageName: string, load: () => Promise<T>): Promise<T> {
  return loadPackage('This database', [packageName], load)
}
