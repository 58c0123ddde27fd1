import type { X509Certificate } from 'node:crypto'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { withDeadline } from '../resilience/deadline.ts'
import { type Diagnostic, type DiagnosticContext, fault, fine, warning } from './diagnostic.ts'

/** A server, and the options of the connection. */
export interface CertifiedServer {
  /** The name of the server in the findings: `ldaps://ldap.example.org:636`. */
  readonly url: string
  /** The options of a login, trust included. May hold a socket that is to be encrypted. */
  readonly connection: ConnectionOptions
  readonly timeoutMs: number
}

/**
 * Checks the certificates of a server: the end of their validity, and trust in them. Connects to untrusted servers too,
 * and disconnects after the handshake.
 *
 * Without a connection, the list of findings is empty.
 */
export async function inspectCertificate(
  { url, connection, timeoutMs }: CertifiedServer,
  { signal, warnBeforeMs }: DiagnosticContext,
  now: number,
): Promise<Diagnostic[]> {
  const shaking = withDeadline({ ms: timeoutMs, signal }, (time) => shakeHands(connection, time))
  const socket = await shaking.catch(() => undefined)
  if (!socket) return []
  const chain = chainOf(socket.getPeerX509Certificate())
  const problem = socket.authorizationError
  socket.destroy()
  const [own, ...above] = chain.map((certificate) => datesOf(url, certificate, now, warnBeforeMs))
  const findings = [...(own ? [own] : []), ...above.filter(({ level }) => level !== 'ok')]
  // Most untrusted certificates have expired, which is reported already.
  if (!problem || findings.some(({ level }) => level === 'error')) return findings
  return [fault(`${nameOf(url, chain[0])} is not trusted: ${whyNot(problem, chain[0])}`), ...findings]
}

function shakeHands(connection: ConnectionOptions, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...connection, rejectUnauthorized: false })
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed')))
    socket.once('secureConnect', () => resolve(socket))
    signal.addEventListener('abort', () => void socket.destroy())
  })
}

/** Returns the certificate of the server, then the certificates of its issuers, as far as they were sent. */
function chainOf(certificate: X509Certificate | undefined): X509Certificate[] {
  const chain = new Map<string, X509Certificate>()
  for (let next = certificate; next && !chain.has(next.fingerprint256); next = next.issuerCertificate)
    chain.set(next.fingerprint256, next)
  return [...chain.values()]
}

function datesOf(url: string, certificate: X509Certificate, now: number, warnBeforeMs: number): Diagnostic {
  const name = nameOf(url, certificate)
  const [start, end] = [certificate.validFromDate, certificate.validToDate]
  if (end.getTime() <= now) return fault(`${name} has expired on ${dateOf(end)}`)
  if (start.getTime() > now) return fault(`${name} is not valid before ${dateOf(start)}`)
  if (end.getTime() - now < warnBeforeMs) return warning(`${name} expires on ${dateOf(end)}`)
  return fine(`${name} is valid until ${dateOf(end)}`)
}

function nameOf(url: string, certificate: X509Certificate | undefined): string {
  if (!certificate) return `${url}: the certificate`
  return `${url}: the certificate of ${oneLine(certificate.subject)}, issued by ${oneLine(certificate.issuer)},`
}

/** Returns a name on one line. Why: Node writes each part of a name on a line of its own. */
function oneLine(name: string | undefined): string {
  return (name ?? 'nobody').split('\n').join(', ')
}

function whyNot(problem: Error | string, certificate: X509Certificate | undefined): string {
  const code = String(problem)
  if (!code.includes('ALTNAME')) return code
  return `it is for other names (${certificate?.subjectAltName ?? 'none'})`
}

function dateOf(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}Z`
}
