import { readFileSync } from 'node:fs'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'

/** How a connection to a server is encrypted. Certificates and keys are named by their files. */
export interface Tls {
  /** Whether certificate and host name of the server are verified. False only where the URL says so. */
  readonly verify: boolean
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
}

/**
 * Makes what `node:tls` takes. Reads the files.
 *
 * Says itself whose certificate it must be. Why: where the host is an address, Node would look for that of `localhost`
 * on a connection that began without TLS. And says that it must be verified, whatever `NODE_TLS_REJECT_UNAUTHORIZED` says.
 */
export function tlsOptions(host: string, { verify, ca, cert, key, passphrase }: Tls): ConnectionOptions {
  return {
    rejectUnauthorized: verify,
    checkServerIdentity: (_, certificate) => (verify ? checkServerIdentity(host, certificate) : undefined),
    ...(ca !== undefined && { ca: readFileSync(ca, 'utf8') }),
    ...(cert !== undefined && { cert: readFileSync(cert, 'utf8') }),
    ...(key !== undefined && { key: readFileSync(key, 'utf8') }),
    ...(passphrase !== undefined && { passphrase }),
  }
}
