import type { Extension } from '../http/index.ts'
import { unknown } from '../index.ts'
import { samlEndpoints } from './endpoints.ts'
import { loadNodeSaml } from './load-node-saml.ts'
import { readSamlOptions, type SamlLoginOptions } from './saml-options.ts'

/**
 * Signs users in with a SAML 2.0 identity provider, such as Shibboleth or Microsoft Entra ID, beside all other sources.
 *
 * The login page gets a link. The account of a user is `name:id`. The identity provider needs the metadata of this
 * application: `{origin}{prefix}/saml/{name}/metadata`.
 *
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { createAuth, defineRole } from 'ostiary'
 * import { samlLogin } from 'ostiary/saml'
 *
 * export function authWith(certificateFile: string) {
 *   const editor = defineRole({ name: 'Editor', description: 'Edits', permissions: [] })
 *   const university = samlLogin({
 *     name: 'university',
 *     idpIssuer: 'https://idp.example.org/idp/shibboleth',
 *     entryPoint: 'https://idp.example.org/idp/profile/SAML2/Redirect/SSO',
 *     idpCert: readFileSync(certificateFile, 'utf8'),
 *     origin: 'https://app.example.org',
 *     roles: { editors: editor },
 *   })
 *   return createAuth({ roles: [editor], extensions: [university] })
 * }
 * ```
 *
 * Needs the package `@node-saml/node-saml`. Roles are those of the login until the session ends: SAML has no way to ask
 * again.
 *
 * @throws {ConfigurationError} when an option is invalid. The message says what to do.
 */
export function samlLogin(options: SamlLoginOptions): Extension {
  const settings = readSamlOptions(options)
  const { name, label } = settings
  return {
    name: `saml-${name}`,
    // Passwords are checked by the identity provider alone.
    source: () => ({ name, authenticate: async () => unknown() }),
    loginLinks: () => [{ label, path: `/saml/${name}/login` }],
    endpoints: (services) => samlEndpoints(settings, services),
    async ready() {
      await loadNodeSaml()
    },
  }
}
