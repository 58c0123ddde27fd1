import { ConfigurationError } from '../errors.ts'

/**
 * Returns the beginning of all key names of an application. The braces make one hash tag, so that a cluster keeps all
 * keys in one slot.
 *
 * @throws {ConfigurationError} when the prefix is empty, or contains spaces or braces.
 */
export function hashTag(prefix: string): string {
  if (typeof prefix !== 'string' || !/^[^{}\s]+$/.test(prefix)) {
    throw new ConfigurationError('prefix must be a text without spaces and braces, such as "ostiary".')
  }
  return `{${prefix}}`
}
