import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import { ConfigurationError } from '../errors.ts'
import { isLoopback } from '../loopback.ts'
import { reasonOf } from '../reason-of.ts'
import type { LdapSourceOptions, LdapTlsOptions } from './options.ts'

/** A server of the directory, and the encryption of its connections. */
export interface Endpoint {
  /** Scheme, host and port, for messages. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly encryption: 'ldaps' | 'startTls' | 'none'
  readonly secureContext: SecureContext | undefined
  /** The name that the certificate must have. */
  readonly serverName: string
}

/**
 * Reads URLs and TLS options.
 *
 * @throws {ConfigurationError} when a URL is invalid, or passwords would be sent unencrypted to another machine.
 */
export function readEndpoints({ url, tls = {}, insecure = false }: LdapSourceOptions): readonly Endpoint[] {
  const urls: unknown = typeof url === 'string' ? [url] : url
  if (!Array.isArray(urls) || urls.length === 0)
    throw new ConfigurationError('ldapSource() needs a url, or a list of them.')
  const secureContext = readTrust(tls)
  return urls.map((each) => readEndpoint(each, tls, insecure, secureContext))
}

function readEndpoint(
  text: unknown,
  tls: LdapTlsOptions,
  insecure: boolean,
  secureContext: SecureContext | undefined,
): Endpoint {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  if (
    !url ||
    !/^ldaps?:$/.test(url.protocol) ||
    url.hostname === '' ||
    /[/?#]./.test(url.pathname + url.search + url.hash) ||
    url.username ||
    url.password
  ) {
    throw new ConfigurationError(
      'A url of ldapSource() is ldaps://host, ldap://host or either with a port, and nothing more.',
    )
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isLdaps = url.protocol === 'ldaps:'
  if (isLdaps && tls.startTls) {
    throw new ConfigurationError(`${url.protocol}//${host} is encrypted from the start: tls.startTls is for ldap://.`)
  }
  const encryption = isLdaps ? 'ldaps' : tls.startTls ? 'startTls' : 'none'
  if (encryption === 'none' && !insecure && !isLoopback(host)) {
    throw new ConfigurationError(
      `ldap://${host} would carry passwords unencrypted: use ldaps://, or tls: { startTls: true }. Where nobody can listen, insecure: true allows it.`,
    )
  }
  const port = url.port === '' ? (isLdaps ? 636 : 389) : Number(url.port)
  return {
    url: `${url.protocol}//${url.hostname}:${port}`,
    host,
    port,
    encryption,
    secureContext,
    serverName: tls.serverName ?? host,
  }
}

/**
 * Reads the certificates at the start rather than at the first login.
 *
 * @throws {ConfigurationError} when certificates cannot be read.
 */
function readTrust({ ca, caFile }: LdapTlsOptions): SecureContext | undefined {
  if (ca === undefined && caFile === undefined) return undefined
  const given = ca === undefined ? [] : [ca].flat()
  try {
    const all = caFile === undefined ? given : [...given, readFileSync(caFile, 'utf8')]
    if (!all.every((pem) => pem.includes('-----BEGIN CERTIFICATE-----')))
      throw new Error('there is no certificate in it')
    return createSecureContext({ ca: all })
  } catch (cause) {
    throw new ConfigurationError(
      `The certificates of ldapSource()${caFile ? ` in ${caFile}` : ''} cannot be read: ${reasonOf(cause)}`,
      { cause },
    )
  }
}
