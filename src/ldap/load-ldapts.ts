import { ConfigurationError } from '../errors.ts'

/**
 * Loads the LDAP client at its first use. The package is an optional peer dependency, for applications that use LDAP.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export async function loadLdapts(): Promise<typeof import('ldapts')> {
  try {
    return await import('ldapts')
  } catch (cause) {
    throw new ConfigurationError('ldapSource() needs the package "ldapts": npm install ldapts', { cause })
  }
}
