import { ConfigurationError } from '../errors.ts'

/**
 * Loads the client of Redis at its first use. The package is an optional peer dependency, for applications that use
 * Redis.
 *
 * @throws {ConfigurationError} when the package is missing.
 */
export async function loadClient(): Promise<typeof import('@redis/client')> {
  try {
    return await import('@redis/client')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new ConfigurationError('openRedis() needs the package "@redis/client": npm install @redis/client', { cause })
  }
}
