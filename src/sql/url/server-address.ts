import type { Tls } from './tls.ts'

/** Where a database server is, and as whom it is talked to. */
export interface ServerAddress {
  /** A name, an address, or the folder of a socket; empty where the driver has a default. */
  readonly host: string
  readonly port?: number
  readonly user?: string
  readonly password?: string
  readonly database: string
  /** Undefined: in plain text. */
  readonly tls?: Tls
}

/** Takes a URL apart. Every part of it can be decoded. */
export function addressOf(url: URL, { host }: { readonly host?: string } = {}): ServerAddress {
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  return {
    // Brackets are for URLs only.
    host: host ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(url.port !== '' && { port: Number(url.port) }),
    ...(user !== '' && { user }),
    ...(password !== '' && { password }),
  }
}
