import type { Tls } from './tls.ts'

/** The address of a database server, and the account that signs in there. */
export interface ServerAddress {
  /** A name, an address, or the folder of a socket; empty where the driver has a default. */
  readonly host: string
  readonly port?: number
  readonly user?: string
  readonly password?: string
  readonly database: string
  /** Undefined: the connection is in plain text. */
  readonly tls?: Tls
}

/** Takes a URL apart. Expects a URL whose parts can all be decoded. */
export function addressOf(url: URL, { host }: { readonly host?: string } = {}): ServerAddress {
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  return {
    // Only URLs write brackets around an IPv6 address.
    host: host ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(url.port !== '' && { port: Number(url.port) }),
    ...(user !== '' && { user }),
    ...(password !== '' && { password }),
  }
}
