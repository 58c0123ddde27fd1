// An OpenID provider in a process of its own, for tests. It tells its parent when it listens, and takes commands from
// its parent by messages. Everything is in memory.
import { generateKeyPairSync, type JsonWebKey, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Adapter, type AdapterPayload, type ClientMetadata, Provider } from 'oidc-provider'
import type { Misbehaviour, ProviderCommand, ProviderUser } from './openid-provider.ts'

const users = new Map<string, ProviderUser>()
const clients: ClientMetadata[] = []
let misbehaviour: Misbehaviour = { path: '' }
let keys: JsonWebKey[] = [newKey()]
let requests: string[] = []

/** Rows outlive a provider. Why: new keys need a new provider, and its sessions go on. */
const rows = new Map<string, { payload: AdapterPayload; until: number }>()

class Rows implements Adapter {
  readonly #model: string

  constructor(model: string) {
    this.#model = model
  }

  async upsert(id: string, payload: AdapterPayload, seconds: number): Promise<void> {
    rows.set(`${this.#model}:${id}`, { payload, until: seconds ? Date.now() + seconds * 1000 : Number.MAX_VALUE })
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.#model === 'Client') return clients.find((client) => client.client_id === id) as AdapterPayload | undefined
    const row = rows.get(`${this.#model}:${id}`)
    return row && Date.now() < row.until ? row.payload : undefined
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    for (const [key, { payload }] of rows) if (key.startsWith(`${this.#model}:`) && payload.uid === uid) return payload
    return undefined
  }

  async findByUserCode(): Promise<undefined> {}

  async destroy(id: string): Promise<void> {
    rows.delete(`${this.#model}:${id}`)
  }

  async consume(id: string): Promise<void> {
    const row = rows.get(`${this.#model}:${id}`)
    if (row) row.payload.consumed = Math.floor(Date.now() / 1000)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of rows) if (payload.grantId === grantId) rows.delete(key)
  }
}

const server = createServer()
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const cookieKey = randomBytes(32).toString('hex')
let provider = newProvider()
let callback = provider.callback()

function newKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' }
}

function newProvider(): Provider {
  return new Provider(issuer, {
    adapter: Rows,
    jwks: { keys: keys as never },
    cookies: { keys: [cookieKey] },
    scopes: ['openid', 'offline_access', 'profile', 'email', 'groups'],
    claims: {
      openid: ['sub', 'sid', 'auth_time', 'acr', 'amr'],
      profile: ['name', 'preferred_username'],
      email: ['email'],
      groups: ['groups'],
    },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    responseTypes: ['code'],
    acrValues: ['bronze', 'gold'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx: { body: unknown }, form: string) {
          const button = '<button form="op.logoutForm" name="logout" value="yes">Sign out there</button>'
          ctx.body = `<!doctype html><title>Sign out</title>${form}${button}`
        },
      },
    },
    issueRefreshToken: async (_ctx: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 1,
      IdToken: 60,
      AuthorizationCode: 30,
      RefreshToken: 3600,
      Session: 3600,
      Interaction: 600,
      Grant: 3600,
    },
    interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/sign-in/${uid}` },
    async findAccount(_ctx: unknown, sub: string) {
      const user = users.get(sub)
      if (!user || user.disabled) return undefined
      const { name = sub, groups = [] } = user
      return { accountId: sub, claims: async () => ({ sub, preferred_username: sub, name, groups: [...groups] }) }
    },
    async loadExistingGrant(ctx: { oidc: Record<string, never> }) {
      // Every client is trusted: there is no page that asks for consent.
      const {
        client,
        session,
        provider: own,
      } = ctx.oidc as unknown as {
        client: { clientId: string }
        session: { accountId: string; grantIdFor(id: string): string | undefined }
        provider: Provider
      }
      const known = session.grantIdFor(client.clientId)
      const { clientId } = client
      const { accountId } = session
      const grant = (known && (await own.Grant.find(known))) || new own.Grant({ clientId, accountId })
      grant.addOIDCScope('openid offline_access profile email groups')
      await grant.save()
      return grant
    },
    // The dispatcher of the library refuses addresses of this machine.
    fetch: (url: string, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) => fetch(url, options),
    async renderError(ctx: { type: string; body: unknown }, out: unknown) {
      ctx.type = 'json'
      ctx.body = out
    },
  } as unknown as ConstructorParameters<typeof Provider>[1])
}

server.on('request', async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', issuer)
  requests.push(`${request.method} ${pathname}`)
  try {
    if (pathname.startsWith(misbehaviour.path)) {
      const { fail, lost, slowMs } = misbehaviour
      if (slowMs) await sleep(slowMs)
      if (response.destroyed) return
      if (fail) return void response.writeHead(fail, { 'content-type': 'text/plain' }).end('made to fail')
      if (lost) response.end = () => response.destroy()
    }
    if (pathname.startsWith('/sign-in/')) await signIn(request, response, pathname)
    else await callback(request, response)
  } catch (error) {
    if (!response.headersSent) response.writeHead(500).end(String(error))
  }
})

async function signIn(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
  await provider.interactionDetails(request, response)
  const body = request.method === 'POST' ? Buffer.concat(await Array.fromAsync(request)).toString() : ''
  const accountId = new URLSearchParams(body).get('user') ?? ''
  const user = users.get(accountId)
  if (user && !user.disabled) {
    const login = { accountId, amr: ['pwd', ...(user.amr ?? [])], ...(user.acr === undefined ? {} : { acr: user.acr }) }
    return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false })
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><title>Provider</title>
<form method="post" action="${pathname}"><label>User there <input name="user"></label><button>Sign in there</button></form>`)
}

/** Ends the sessions of a user, and tells the clients, as an administrator of the provider would. */
async function logOut(user: string): Promise<void> {
  for (const [key, { payload }] of rows) {
    if (!key.startsWith('Session:') || payload.accountId !== user) continue
    for (const [clientId, { sid }] of Object.entries(payload.authorizations ?? {})) {
      const client = await provider.Client.find(clientId)
      // The client may be gone.
      if (client?.backchannelLogoutUri)
        await (client as unknown as BackchannelClient).backchannelLogout(user, sid).catch(() => {})
    }
    rows.delete(key)
  }
}

process.on('message', async ({ id, command }: { id: number; command: ProviderCommand }) => {
  let answer: unknown
  if (command.do === 'client') clients.push(command.client as unknown as ClientMetadata)
  if (command.do === 'user') users.set(command.name, { ...users.get(command.name), ...command.user })
  if (command.do === 'misbehave') misbehaviour = command.how
  if (command.do === 'end-grants') rows.clear()
  if (command.do === 'rotate') {
    keys = [newKey(), ...(command.drop ? [] : keys)]
    provider = newProvider()
    callback = provider.callback()
  }
  if (command.do === 'log-out') await logOut(command.user)
  if (command.do === 'requests') {
    answer = requests
    requests = []
  }
  process.send?.({ id, answer })
})
process.on('disconnect', () => process.exit())
process.send?.({ issuer })

/** The types of the library leave this method out. */
interface BackchannelClient {
  backchannelLogout(user: string, sid: unknown): Promise<void>
}
