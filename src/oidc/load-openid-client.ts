import { loadPackage } from '../load-package.ts'

/** The package `openid-client`. */
export type OpenidClient = typeof import('openid-client')

/**
 * Loads the OpenID Connect client at its first use. The package is an optional peer dependency.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export function loadOpenidClient(): Promise<OpenidClient> {
  return loadPackage('oidcLogin()', ['openid-client'], () => import('openid-client'))
}

/**
 * Loads the package that checks logout tokens. It comes with `openid-client`.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export function loadJose(): Promise<typeof import('jose')> {
  return loadPackage('oidcLogin()', ['jose'], () => import('jose'))
}
