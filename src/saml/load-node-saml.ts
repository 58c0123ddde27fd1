import { loadPackage } from '../load-package.ts'

/**
 * Loads the SAML package at its first use. It is an optional peer dependency.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export function loadNodeSaml(): Promise<typeof import('@node-saml/node-saml')> {
  return loadPackage('samlLogin()', ['@node-saml/node-saml'], () => import('@node-saml/node-saml'))
}
