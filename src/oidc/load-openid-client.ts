import { ConfigurationError } from '../index.ts'

/** The package `openid-client`. */
export type OpenidClient = typeof import('openid-client')

/**
 * Loads the OpenID Connect client at its first use. The package is an optional peer dependency.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export async function loadOpenidClient(): Promise<OpenidClient> {
  try {
    return await import('openid-client')
  } catch (cause) {
    throw new ConfigurationError('oidcLogin() needs the package "openid-client": npm install openid-client', { cause })
  }
}

/**
 * Loads the package that checks logout tokens. It comes with `openid-client`.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export async function loadJose(): Promise<typeof import('jose')> {
  try {
    return await import('jose')
  } catch (cause) {
    throw new ConfigurationError('oidcLogin() needs the package "jose": npm install jose', { cause })
  }
}
