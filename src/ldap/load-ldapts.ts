import { loadPackage } from '../load-package.ts'

/**
 * Loads the LDAP client at its first use. The package is an optional peer dependency, for applications that use LDAP.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export function loadLdapts(): Promise<typeof import('ldapts')> {
  return loadPackage('ldapSource()', ['ldapts'], () => import('ldapts'))
}
