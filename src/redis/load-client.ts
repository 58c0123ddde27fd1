import { ConfigurationError } from '../errors.ts'

/**
 * The client of Redis, fetched when it is first needed: an optional peer, so that only applications that use Redis
 * install it.
 *
 * @throws {ConfigurationError} when it is not installed.
 */
export async function loadClient(): Promise<typeof import('@redis/client')> {
  try {
    return await import('@redis/client')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new ConfigurationError('openRedis() needs the package "@redis/client": npm install @redis/client', { cause })
  }
}
