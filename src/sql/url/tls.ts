import { readFileSync } from 'node:fs'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'

/** The encryption of a connection to a server. Certificates and keys are named by their files. */
export interface Tls {
  /** True when certificate and host name of the server are verified. False only where the URL says so. */
  readonly verify: boolean
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
}

/**
 * Returns the options for `node:tls`. Reads the files.
 *
 * Names the host of the certificate explicitly. Why: where the host is an address, Node would expect the certificate of
 * `localhost` on a connection that began without TLS. Sets `rejectUnauthorized` explicitly too. Why: the environment
 * variable `NODE_TLS_REJECT_UNAUTHORIZED` must not decide about the verification.
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
