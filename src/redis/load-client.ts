import { loadPackage } from '../load-package.ts'

/**
 * Loads the client of Redis at its first use. The package is an optional peer dependency, for applications that use
 * Redis.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export function loadClient(): Promise<typeof import('@redis/client')> {
  return loadPackage('openRedis()', ['@redis/client'], () => import('@redis/client'))
}
