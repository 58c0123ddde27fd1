import type { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'

/** A provider that gives whatever ID token a test asks for. */
export interface ForgingProvider {
  readonly issuer: string
  /** The next ID token, made of the usual claims. */
  forge(how: (claims: JWTPayload, tools: ForgeTools) => Promise<string>): void
  /** Signs claims with the key of the provider. */
  sign(claims: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>
  /** The redirect of an authorisation request, as the provider would send it. */
  answer(authorization: URL, changes?: Readonly<Record<string, string>>): URL
}

export interface ForgeTools {
  readonly sign: ForgingProvider['sign']
  /** Signs with a key that the provider does not publish. */
  readonly signElsewhere: ForgingProvider['sign']
}

/** Starts the provider on a port of this machine. It ends with the test. */
export async function forgingProvider(): Promise<ForgingProvider> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const stranger = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let usual: JWTPayload = {}
  const signWith =
    (key: webcrypto.CryptoKey): ForgingProvider['sign'] =>
    (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key)
  const tools: ForgeTools = {
    sign: signWith(privateKey as webcrypto.CryptoKey),
    signElsewhere: signWith(stranger.privateKey as webcrypto.CryptoKey),
  }
  let forge: (claims: JWTPayload, tools: ForgeTools) => Promise<string> = (claims) => tools.sign(claims)

  server.on('request', async (request, response) => {
    const json = (value: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (request.url === '/.well-known/openid-configuration') {
      return json({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
        authorization_response_iss_parameter_supported: true,
      })
    }
    if (request.url === '/jwks') return json({ keys: [jwk] })
    if (request.url === '/token') {
      const id_token = await forge(usual, tools)
      return json({ access_token: 'access', token_type: 'Bearer', expires_in: 60, id_token })
    }
    return response.writeHead(404).end()
  })

  return {
    issuer,
    sign: tools.sign,
    forge(how) {
      forge = how
    },
    answer(authorization, changes = {}) {
      const now = Math.floor(Date.now() / 1000)
      const asked = authorization.searchParams
      usual = {
        iss: issuer,
        sub: 'mallory',
        aud: asked.get('client_id') ?? '',
        nonce: asked.get('nonce') ?? '',
        iat: now,
        exp: now + 60,
        auth_time: now,
        preferred_username: 'mallory',
        groups: ['staff'],
      }
      const url = new URL(asked.get('redirect_uri') ?? '')
      const answer = { code: 'code', state: asked.get('state') ?? '', iss: issuer, ...changes }
      for (const [name, value] of Object.entries(answer)) if (value !== '') url.searchParams.set(name, value)
      return url
    },
  }
}
