import { ConfigurationError } from '../index.ts'

/** The package `@simplewebauthn/server`. */
export type Webauthn = typeof import('@simplewebauthn/server')

/**
 * Loads the package that checks passkeys at its first use. It is an optional peer dependency.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export async function loadWebauthn(): Promise<Webauthn> {
  try {
    return await import('@simplewebauthn/server')
  } catch (cause) {
    throw new ConfigurationError(
      'passkeys() needs the package "@simplewebauthn/server": npm install @simplewebauthn/server',
      { cause },
    )
  }
}
