import type { Profile, SAML, SamlConfig } from '@node-saml/node-saml'
import {
  ANYONE_WITHOUT_USER,
  type Answer,
  type AuthServices,
  type Endpoint,
  parseBody,
  type RequestContext,
  reasonOf,
  redirectAnswer,
  withCookies,
} from '../http/index.ts'
import { accepted } from '../index.ts'
import { accountOfAttributes, attributesOf } from './account-of-profile.ts'
import { loadNodeSaml } from './load-node-saml.ts'
import { createSamlRequests } from './requests.ts'
import type { SamlSettings } from './saml-options.ts'

/** Returns the endpoints of one identity provider: metadata, the way there, and the way back. */
export function samlEndpoints(settings: SamlSettings, services: AuthServices): readonly Endpoint[] {
  const { name, origin } = settings
  const below = (path: string) => `/saml/${name}/${path}`
  const acs = origin + services.paths.below(below('acs'))
  const entityId = settings.entityId ?? origin + services.paths.below(below('metadata'))
  const requests = createSamlRequests(services)

  return [
    { method: 'GET', path: below('metadata'), requirement: ANYONE_WITHOUT_USER, handle: metadata },
    { method: 'GET', path: below('login'), requirement: ANYONE_WITHOUT_USER, handle: leadThere },
    {
      method: 'POST',
      path: below('acs'),
      requirement: ANYONE_WITHOUT_USER,
      maxBodyBytes: MAX_RESPONSE_BYTES,
      // The form comes from the identity provider's site. Its signature and the cookie of the request protect it.
      anyOrigin: true,
      handle: comeBack,
    },
  ]

  /**
   * Returns the package's object for one exchange. `request` is the one request that the response may answer.
   */
  async function samlFor(request: { id?: string }, forceAuthn = false): Promise<SAML> {
    const { SAML, ValidateInResponseTo } = await loadNodeSaml()
    const { certificate, entryPoint, idpCert, idpIssuer, privateKey, signedResponse } = settings
    const config: SamlConfig = {
      issuer: entityId,
      audience: entityId,
      callbackUrl: acs,
      entryPoint,
      idpIssuer,
      idpCert,
      identifierFormat: settings.idAttribute === undefined ? PERSISTENT : null,
      disableRequestedAuthnContext: true,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: signedResponse,
      acceptedClockSkewMs: CLOCK_SKEW_MS,
      validateInResponseTo: ValidateInResponseTo.always,
      forceAuthn,
      cacheProvider: {
        async saveAsync(key, value) {
          request.id = key
          return { value, createdAt: Date.now() }
        },
        getAsync: async (key) => (request.id === key ? new Date().toISOString() : null),
        removeAsync: async () => null,
      },
      ...(privateKey === undefined ? {} : { privateKey, decryptionPvk: privateKey }),
      ...(certificate === undefined ? {} : { publicCert: certificate }),
    }
    return new SAML(config)
  }

  async function metadata(): Promise<Answer> {
    const saml = await samlFor({})
    const { certificate = null, privateKey } = settings
    const body = saml.generateServiceProviderMetadata(privateKey === undefined ? null : certificate, certificate)
    const headers = { 'content-type': 'application/samlmetadata+xml; charset=utf-8', 'cache-control': 'no-store' }
    return { status: 200, headers, cookies: [], body }
  }

  async function leadThere(context: RequestContext): Promise<Answer> {
    const refused = await services.loginFlow.begin(context)
    if (refused) return refused
    const query = new URLSearchParams(context.query)
    const next = services.paths.carried(query.get('next'))
    const { relayState, secret, setCookie } = requests.begin(context)
    const request: { id?: string } = {}
    const saml = await samlFor(request, query.has('again'))
    const url = await saml.getAuthorizeUrlAsync(relayState, undefined, {})
    await requests.keep(relayState, secret, { provider: name, id: request.id ?? '', next })
    return withCookies(redirectAnswer(url), [setCookie])
  }

  async function comeBack(context: RequestContext, body: string | undefined): Promise<Answer> {
    const form = parseBody(context, body)
    const fields = (typeof form === 'object' && form !== null ? form : {}) as Record<string, unknown>
    const { RelayState: relayState, SAMLResponse: response } = fields
    const request = typeof relayState === 'string' ? await requests.take(context, relayState) : undefined
    if (request?.provider !== name || typeof response !== 'string')
      return failed(context, 400, 'the answer belongs to no request of this browser')
    const { next } = request
    // SAML needs none, and parsers expand what one declares.
    if (/<!(?:DOCTYPE|ENTITY)/i.test(Buffer.from(response, 'base64').toString()))
      return failed(context, 401, 'the answer has a document type', next)
    const revision = await services.revision()
    let profile: Profile | null
    try {
      const saml = await samlFor({ id: request.id })
      ;({ profile } = await saml.validatePostResponseAsync({ SAMLResponse: response }))
    } catch (error) {
      return failed(context, 401, reasonOf(error), next)
    }
    // The package checks the issuer of logouts alone.
    if (profile?.issuer !== settings.idpIssuer) return failed(context, 401, 'the answer has another issuer', next)
    const account = profile && accountOfAttributes(settings, attributesOf(profile))
    const outcome = account ? accepted(account) : undefined
    if (!profile || outcome?.outcome !== 'accepted')
      return failed(context, 401, 'the answer names no usable account, or the application refuses it', next)
    const result = await services.signInProved(
      {
        source: name,
        account: outcome.account,
        revision,
        persistent: settings.persistent,
        methods: methodsOf(profile),
        next,
      },
      context,
      services.sessionToEnd(context),
    )
    return services.loginFlow.answer(context, result, { next })
  }

  /** Reads when and how the user has proved the identity. Without a time, it is too long ago for every requirement. */
  function methodsOf(profile: Profile): Readonly<Record<string, number>> {
    const assertion = profile.getAssertion?.() as AssertionXml | undefined
    const statement = assertion?.Assertion?.AuthnStatement?.[0]
    const instant = Date.parse(statement?.$?.AuthnInstant ?? '')
    const at = Number.isNaN(instant) ? 0 : Math.min(services.clock(), instant)
    const reference = statement?.AuthnContext?.[0]?.AuthnContextClassRef?.[0]
    const context = typeof reference === 'string' ? reference : reference?._
    const isStrong = context !== undefined && settings.secondFactor.includes(context)
    return { saml: at, ...(isStrong ? { 'second-factor': at } : {}) }
  }

  function failed(context: RequestContext, status: 400 | 401, reason: string, next?: string | undefined): Answer {
    const { requestId, method, path, clientAddress } = context
    services.record({
      type: 'extension',
      extension: `saml-${name}`,
      action: 'login-failed',
      user: null,
      details: { reason: reason.slice(0, 300) },
      request: { requestId, method, path, clientAddress },
    })
    return services.loginFlow.page(context, status, { next, notice: 'not-signed-in-elsewhere' })
  }
}

/** The part of an assertion, as the package reads it, that says when and how. */
interface AssertionXml {
  readonly Assertion?: {
    readonly AuthnStatement?: readonly {
      readonly $?: { readonly AuthnInstant?: string }
      readonly AuthnContext?: readonly {
        readonly AuthnContextClassRef?: readonly (string | { readonly _?: string })[]
      }[]
    }[]
  }
}

const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
const CLOCK_SKEW_MS = 5000
const MAX_RESPONSE_BYTES = 256 * 1024
