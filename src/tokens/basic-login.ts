import { createHmac } from 'node:crypto'
import type {
  CoreServices,
  CredentialAnswer,
  CredentialContext,
  CredentialReader,
  Extension,
  RequestContext,
} from '../http/index.ts'
import { SessionUnavailableError } from '../index.ts'
import { type Checked, createLeaseCache } from './lease-cache.ts'

/** Options of {@link basicLogin}. */
export interface BasicLoginOptions {
  /** The realm that clients show with their question for the password. Default: `ostiary`. */
  readonly realm?: string
}

/**
 * Lets old clients come with the password in every request: `Authorization: Basic` (RFC 7617).
 *
 * The password is checked by the sources like that of a login: throttled, and at most once a lease. In between, the pair
 * is known by a keyed hash. It counts as no recent login and as no second factor. Users who must have a second factor
 * get around it in this way: routes that need it say `authenticatedWith: 'second-factor'`.
 *
 * ```ts
 * import { createAuth } from 'ostiary'
 * import { basicLogin } from 'ostiary/tokens'
 *
 * const auth = createAuth({ roles: [], extensions: [basicLogin()] })
 * ```
 */
export function basicLogin({ realm = 'ostiary' }: BasicLoginOptions = {}): Extension {
  const challenge = `Basic realm=${JSON.stringify(realm)}, charset="UTF-8"`
  return { name: 'basic', credentials: (services) => [basicReader(services, challenge)] }
}

function basicReader(services: CoreServices, challenge: string): CredentialReader {
  const leases = createLeaseCache(services)
  const keys = services.keyring('basic')
  const invalid: CredentialAnswer = Object.freeze({ challenge })

  async function check(username: string, password: string, context: CredentialContext): Promise<Checked | undefined> {
    const fields = { username, password }
    const form = { username, password, persistent: false, next: undefined, fields }
    const result = await services.checkPassword(form, requestOf(context))
    if (result.outcome === 'unavailable') throw new SessionUnavailableError('The password cannot be checked now.')
    if (result.outcome !== 'accepted') return undefined
    const { userId, revision } = result
    const user = await services.presentUser(userId)
    return user && { user, userId, id: NO_ID, revision, expiresAt: Number.POSITIVE_INFINITY }
  }

  return {
    name: 'basic',
    claims: ({ headers: { authorization } }) => typeof authorization === 'string' && SCHEME.test(authorization),
    authenticate(context) {
      const pair = readPair(String(context.headers.authorization).replace(SCHEME, ''))
      if (!pair) return invalid
      const key = createHmac('sha256', keys().current.key).update(JSON.stringify(pair)).digest('base64url')
      const user = leases.userOf(key, () => check(...pair, context))
      if (user instanceof Promise) return user.then((found) => (found ? { user: found } : invalid))
      return user === undefined ? invalid : { user }
    },
  }
}

/** Copies what an adapter knows of the request, which may be more than a plain object. */
function requestOf(context: CredentialContext): RequestContext {
  const { method = '', path = '', query = '', headers, https, host, clientAddress = '', requestId } = context
  return { method, path, query, headers, https, host, clientAddress, requestId }
}

/** Reads user name and password. Undefined for a text that is no base64 of UTF-8 with a colon, or is too long. */
function readPair(credentials: string): readonly [username: string, password: string] | undefined {
  if (credentials.length > LONGEST || !/^[A-Za-z0-9+/]+={0,2}$/.test(credentials)) return undefined
  const text = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0 || text.includes('\uFFFD')) return undefined
  return [text.slice(0, colon), text.slice(colon + 1)]
}

const SCHEME = /^basic(?:\s+|$)/i
const LONGEST = 4096
/** A pair has no id by which it could be revoked: its account has. */
const NO_ID = '0'.repeat(32)
