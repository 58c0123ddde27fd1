import { ConfigurationError } from '../errors.ts'

/**
 * What the names of all keys of an application begin with. By the braces, a cluster has all of them in one slot.
 *
 * @throws {ConfigurationError} when the prefix cannot be one.
 */
export function hashTag(prefix: string): string {
  if (typeof prefix !== 'string' || !/^[^{}\s]+$/.test(prefix)) {
    throw new ConfigurationError('prefix must be a text without spaces and braces, such as "ostiary".')
  }
  return `{${prefix}}`
}
