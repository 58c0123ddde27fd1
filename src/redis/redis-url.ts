import { ConfigurationError } from '../errors.ts'
import { readUrlParameters } from '../url-parameters.ts'

/** The Redis that a URL names. `label` is its name in messages, and free of passwords. */
export interface RedisServer {
  readonly label: string
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
  readonly database: number
}

/**
 * Reads the URL of a Redis.
 *
 * @throws {ConfigurationError} when the URL is invalid, or has parameters.
 */
export function readRedisUrl(url: string): RedisServer {
  const server = typeof url === 'string' && URL.canParse(url) ? readParts(new URL(url)) : undefined
  if (server) return server
  // The message leaves out the URL. Why: a password may be in any part of it.
  throw new ConfigurationError(
    'A Redis is named by a URL such as "redis://host:6379", "redis://:password@host:6379/0" or ' +
      '"rediss://user:password@host", with special characters in the password percent-encoded. What was given is none.',
  )
}

function readParts(url: URL): RedisServer | undefined {
  const { protocol, hostname, port, pathname, username, password, search, hash } = url
  const database = /^\/?(\d{0,4})$/.exec(pathname)?.[1]
  const [user, secret] = [decoded(username), decoded(password)]
  if (!/^rediss?:$/.test(protocol) || hostname === '' || database === undefined) return undefined
  if (user === undefined || secret === undefined || /@/.test(search + hash)) return undefined
  readUrlParameters(url, {}, WHOSE)
  const portNumber = Number(port || 6379)
  return {
    label: `${protocol}//${hostname}:${portNumber}/${Number(database)}`,
    // Only URLs write brackets around an IPv6 address.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: portNumber,
    tls: protocol === 'rediss:',
    database: Number(database),
    ...(user !== '' && { username: user }),
    ...(secret !== '' && { password: secret }),
  }
}

/** The beginning of messages. Tells also how to get what most parameters of other programs ask for. */
const WHOSE =
  'The URL of a Redis (with "rediss:" it is encrypted and verified, and a number after the host is its database)'

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
