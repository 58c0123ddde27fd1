import { ConfigurationError } from '../index.ts'

/** The package `@node-saml/node-saml`. */
export type NodeSaml = typeof import('@node-saml/node-saml')

/**
 * Loads the SAML package at its first use. It is an optional peer dependency.
 *
 * @throws {ConfigurationError} when the package is missing or fails to load.
 */
export async function loadNodeSaml(): Promise<NodeSaml> {
  try {
    return await import('@node-saml/node-saml')
  } catch (cause) {
    throw new ConfigurationError(
      'samlLogin() needs the package "@node-saml/node-saml": npm install @node-saml/node-saml',
      {
        cause,
      },
    )
  }
}
