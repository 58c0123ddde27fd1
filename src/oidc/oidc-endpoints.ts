import {
  ANYONE_WITHOUT_USER,
  type Answer,
  type AuthServices,
  type Endpoint,
  parseBody,
  problemAnswer,
  type RequestContext,
  reasonOf,
  redirectAnswer,
  withCookies,
  withHeaders,
} from '../http/index.ts'
import type { AuthorizationRequest, AuthorizationRequests } from './authorization-requests.ts'
import type { KeptAccounts } from './kept-accounts.ts'
import type { LogoutSubject } from './logout-token.ts'
import type { OidcClaims, OidcSettings } from './oidc-options.ts'
import type { Provider } from './provider.ts'
import type { ProviderSessions } from './provider-sessions.ts'

interface Parts {
  readonly settings: OidcSettings
  readonly services: AuthServices
  readonly requests: AuthorizationRequests
  readonly provider: () => Promise<Provider>
  readonly accounts: KeptAccounts
  readonly sessions: ProviderSessions
  readonly subjectOf: (token: string) => Promise<LogoutSubject | undefined>
}

/** Returns the endpoints of one provider: the way there, the way back, and its logouts. */
export function oidcEndpoints(parts: Parts): readonly Endpoint[] {
  const { settings, services, requests, provider, accounts, sessions, subjectOf } = parts
  const { name } = settings
  const below = `/oidc/${name}`
  const redirectUri = settings.origin + services.paths.below(`${below}/callback`)
  const record = (action: string, user: string | null, reason: string, context: RequestContext) => {
    const { requestId, method, path, clientAddress } = context
    const request = { requestId, method, path, clientAddress }
    services.record({ type: 'extension', extension: `oidc-${name}`, action, user, details: { reason }, request })
  }

  return [
    { method: 'GET', path: `${below}/login`, requirement: ANYONE_WITHOUT_USER, handle: leadThere },
    { method: 'GET', path: `${below}/callback`, requirement: ANYONE_WITHOUT_USER, handle: comeBack },
    {
      method: 'POST',
      path: `${below}/backchannel-logout`,
      requirement: ANYONE_WITHOUT_USER,
      maxBodyBytes: MAX_LOGOUT_BYTES,
      // The provider's server sends it, without a browser. The signature of the token stands for the sender.
      anyOrigin: true,
      handle: hearLogout,
    },
  ]

  /** Leads the browser to the provider. */
  async function leadThere(context: RequestContext): Promise<Answer> {
    const query = new URLSearchParams(context.query)
    const again = query.has('again')
    const next = services.paths.carried(query.get('next'))
    let found: Provider
    try {
      found = await provider()
    } catch (error) {
      record('unavailable', null, reasonOf(error), context)
      return services.loginFlow.page(context, 503, { next, notice: 'unavailable' }, { 'retry-after': '10' })
    }
    const refused = await services.loginFlow.begin(context)
    if (refused) return refused
    const { client, config } = found
    const verifier = client.randomPKCECodeVerifier()
    const nonce = client.randomNonce()
    const request: AuthorizationRequest = {
      provider: name,
      verifier,
      nonce,
      next,
      maxAge: again ? FRESH_SECONDS : undefined,
    }
    const { state, setCookie } = await requests.begin(context, request)
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: settings.scope,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce,
      state,
      ...(settings.acrValues.length > 0 ? { acr_values: settings.acrValues.join(' ') } : {}),
      ...(again ? { prompt: 'login', max_age: '0' } : {}),
    })
    return withCookies(redirectAnswer(url.href), [setCookie])
  }

  /** Takes the answer of the provider, and signs the user in. */
  async function comeBack(context: RequestContext): Promise<Answer> {
    const query = new URLSearchParams(context.query)
    const request = await requests.take(context, query.get('state') ?? '')
    if (request?.provider !== name) return failed(context, 400, 'the answer belongs to no request of this browser')
    const { next } = request
    const revision = await services.revision()
    let claims: OidcClaims
    let tokens: Awaited<ReturnType<typeof redeem>>['tokens']
    try {
      ;({ claims, tokens } = await redeem(query, request))
    } catch (error) {
      return isOutage(error) ? unavailable(context, reasonOf(error), next) : failed(context, 401, describe(error), next)
    }
    const { acrValues } = settings
    if (acrValues.length > 0 && !acrValues.includes(String(claims.acr)))
      return failed(context, 401, `the provider answered with acr ${JSON.stringify(claims.acr ?? null)}`, next)
    const account = await accounts.keep(claims, tokens)
    if (account === null) return failed(context, 401, 'the application refuses the account', next, claims.sub)
    const present = await services.lookup(`${name}:${claims.sub}`)
    if (present?.outcome !== 'accepted') return failed(context, 401, 'the account is not accepted', next, claims.sub)
    const result = await services.signInProved(
      {
        source: name,
        account: present.account,
        revision,
        persistent: settings.persistent,
        methods: methodsOf(claims),
        next,
        origin: { extension: `oidc-${name}`, data: { sid: textOf(claims.sid), idToken: tokens.id_token ?? '' } },
      },
      context,
      services.sessionToEnd(context),
    )
    return services.loginFlow.answer(context, result, { next })
  }

  /** Redeems the code, and checks the ID token: signature, `iss`, `aud`, `exp`, `nonce`, and `auth_time` where asked. */
  async function redeem(query: URLSearchParams, request: AuthorizationRequest) {
    const { client, config } = await provider()
    const current = new URL(redirectUri)
    current.search = query.toString()
    const tokens = await client.authorizationCodeGrant(config, current, {
      pkceCodeVerifier: request.verifier,
      expectedNonce: request.nonce,
      expectedState: query.get('state') ?? '',
      idTokenExpected: true,
      ...(request.maxAge === undefined ? {} : { maxAge: request.maxAge }),
    })
    const ofToken = tokens.claims() as OidcClaims | undefined
    if (typeof ofToken?.sub !== 'string' || ofToken.sub === '' || ofToken.sub.length > MAX_SUB_LENGTH)
      throw new Error('the ID token has no usable sub')
    const hasUserinfo = config.serverMetadata().userinfo_endpoint !== undefined
    const told = hasUserinfo ? await client.fetchUserInfo(config, tokens.access_token, ofToken.sub) : {}
    return { claims: { ...(told as Partial<OidcClaims>), ...ofToken } as OidcClaims, tokens }
  }

  /** Without `auth_time`, it is unknown when the user was asked last: too long ago for every requirement. */
  function methodsOf({ acr, amr, auth_time: time }: OidcClaims): Readonly<Record<string, number>> {
    const now = services.clock()
    const at = typeof time === 'number' ? Math.min(now, time * 1000) : 0
    const { acr: strong = [], amr: factors = [] } = settings.secondFactor
    const used = [amr].flat().filter((each) => typeof each === 'string')
    const isStrong = (typeof acr === 'string' && strong.includes(acr)) || used.some((each) => factors.includes(each))
    return { oidc: at, ...(isStrong ? { 'second-factor': at } : {}) }
  }

  /** Ends the sessions that the provider has ended. */
  async function hearLogout(context: RequestContext, body: string | undefined): Promise<Answer> {
    const form = parseBody(context, body)
    const token = typeof form === 'object' && form !== null ? (form as Record<string, unknown>).logout_token : undefined
    let subject: LogoutSubject | undefined
    try {
      subject = typeof token === 'string' ? await subjectOf(token) : undefined
    } catch (error) {
      record('unavailable', null, reasonOf(error), context)
      return problemAnswer(503, undefined, { 'retry-after': '10' })
    }
    if (!subject) {
      record('logout-refused', null, 'the logout token is invalid', context)
      return withHeaders(problemAnswer(400), NO_STORE)
    }
    const { sid, sub } = subject
    if (sid !== undefined) await sessions.end(sid)
    else await services.sessions.revoke({ user: `${name}:${sub}` })
    record(
      'provider-logout',
      sub === undefined ? null : `${name}:${sub}`,
      'the provider has ended the session',
      context,
    )
    return { status: 200, headers: NO_STORE, cookies: [], body: null }
  }

  function failed(
    context: RequestContext,
    status: 400 | 401,
    reason: string,
    next?: string | undefined,
    sub?: string,
  ): Answer {
    record('login-failed', sub === undefined ? null : `${name}:${sub}`, reason, context)
    return services.loginFlow.page(context, status, { next, notice: 'not-signed-in-elsewhere' })
  }

  function unavailable(context: RequestContext, reason: string, next: string | undefined): Answer {
    record('unavailable', null, reason, context)
    return services.loginFlow.page(context, 503, { next, notice: 'unavailable' }, { 'retry-after': '10' })
  }
}

/** Tells whether the provider failed to answer, rather than refused. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, status } = error as Error & { code?: string; status?: number }
  if (code === 'OAUTH_TIMEOUT' || error instanceof TypeError) return true
  return code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || (status !== undefined && status >= 500)
}

/** Returns the cause as well: what `openid-client` found wrong stands there. Tokens stand in neither. */
function describe(error: unknown): string {
  const { error: code } = error as { error?: unknown }
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${typeof code === 'string' ? `${code}: ` : ''}${reasonOf(error)}${cause}`
}

function textOf(claim: unknown): string | null {
  return typeof claim === 'string' ? claim : null
}

const NO_STORE = { 'cache-control': 'no-store' }
const MAX_LOGOUT_BYTES = 16_384
const MAX_SUB_LENGTH = 200
/** An answer to "sign in again" holds a login that is at most this old. */
const FRESH_SECONDS = 300
