import { loadPackage } from '../load-package.ts'

/**
 * Loads the package that checks passkeys at its first use. It is an optional peer dependency.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export function loadWebauthn(): Promise<typeof import('@simplewebauthn/server')> {
  return loadPackage('passkeys()', ['@simplewebauthn/server'], () => import('@simplewebauthn/server'))
}
