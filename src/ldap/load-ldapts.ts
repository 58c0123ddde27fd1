import { ConfigurationError } from '../errors.ts'

/**
 * The LDAP client, fetched when it is first needed: an optional peer, so that only applications that use LDAP install it.
 *
 * @throws {ConfigurationError} when it is not installed.
 */
export async function loadLdapts(): Promise<typeof import('ldapts')> {
  try {
    return await import('ldapts')
  } catch (cause) {
    throw new ConfigurationError('ldapSource() needs the package "ldapts": npm install ldapts', { cause })
  }
}
