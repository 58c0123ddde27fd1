import { type Diagnostic, fault, fine } from '../diagnostics/diagnostic.ts'
import { type Extension, perAuth, reasonOf } from '../http/index.ts'
import { unknown } from '../index.ts'
import { createAuthorizationRequests } from './authorization-requests.ts'
import { createKeptAccounts } from './kept-accounts.ts'
import { loadJose, loadOpenidClient } from './load-openid-client.ts'
import { createLogoutTokens } from './logout-token.ts'
import { oidcEndpoints } from './oidc-endpoints.ts'
import { type OidcLoginOptions, readOidcOptions } from './oidc-options.ts'
import { createProvider } from './provider.ts'
import { createProviderSessions } from './provider-sessions.ts'

/**
 * Signs users in with an OpenID provider, such as Keycloak or Microsoft Entra ID, beside all other sources.
 *
 * The login page gets a link. The account of a user is `name:sub`. The provider needs two addresses of the application:
 * `{origin}{prefix}/oidc/{name}/callback` for logins, and `…/backchannel-logout` for its logouts.
 *
 * ```ts
 * import { createAuth, defineRole } from 'ostiary'
 * import { oidcLogin } from 'ostiary/oidc'
 *
 * const EDITOR = defineRole({ name: 'Editor', description: 'Edits', permissions: [] })
 * const auth = createAuth({
 *   roles: [EDITOR],
 *   extensions: [
 *     oidcLogin({
 *       name: 'university',
 *       label: { en: 'University account', de: 'Konto der Universität' },
 *       issuer: 'https://login.example.org/realms/staff',
 *       clientId: 'app',
 *       clientSecret: process.env.OIDC_SECRET ?? 'missing',
 *       origin: 'https://app.example.org',
 *       roles: { editors: EDITOR },
 *     }),
 *   ],
 * })
 * ```
 *
 * Needs the package `openid-client`. The accounts and their tokens are kept in `createAuth({ records })`, sealed.
 *
 * @throws {ConfigurationError} when an option is invalid. The message says what to do.
 */
export function oidcLogin(options: OidcLoginOptions): Extension {
  const settings = readOidcOptions(options)
  const { name, label } = settings
  const parts = perAuth((services) => {
    const provider = createProvider(settings, services.clock)
    return {
      provider,
      accounts: createKeptAccounts(settings, services, provider),
      subjectOf: createLogoutTokens(settings, services, provider),
      sessions: createProviderSessions(name, services),
    }
  })

  return {
    name: `oidc-${name}`,

    source: (services) => ({
      name,
      // Passwords are checked by the provider alone.
      authenticate: async () => unknown(),
      lookup: (sub) => parts(services()).accounts.lookup(sub),
      check: () => inspect(() => parts(services()).provider()),
    }),

    loginLinks: () => [{ label, path: `/oidc/${name}/login` }],

    sessionStarted: ({ session, data, replaces }, services) =>
      parts(services).sessions.started(session, data, replaces),

    endpoints: (services) =>
      oidcEndpoints({ settings, services, requests: createAuthorizationRequests(services), ...parts(services) }),

    // A missing package stops the start, a provider that is down does not.
    async ready() {
      await Promise.all([loadOpenidClient(), loadJose()])
    },

    async signOutStep(session, services) {
      if (session.source !== name) return undefined
      const idToken = await parts(services).sessions.forget(session.id)
      const { client, config } = await parts(services).provider()
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined
      const back = `${settings.origin}${services.paths.login}?signed-out`
      const hint = idToken === undefined ? undefined : { id_token_hint: idToken }
      return client.buildEndSessionUrl(config, { post_logout_redirect_uri: back, ...hint }).href
    },
  }

  async function* inspect(provider: () => Promise<unknown>): AsyncGenerator<Diagnostic> {
    try {
      await provider()
      yield fine(`the provider ${settings.issuer} answers`)
    } catch (error) {
      yield fault(`the provider ${settings.issuer} does not answer: ${reasonOf(error)}`)
    }
  }
}
