import type { X509Certificate } from 'node:crypto'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { withDeadline } from '../resilience/deadline.ts'
import { type Diagnostic, type DiagnosticContext, fault, fine, warning } from './diagnostic.ts'

/** Which server, and how it is connected to. */
export interface CertifiedServer {
  /** For the findings: `ldaps://ldap.example.org:636`. */
  readonly url: string
  /** As for a login, trust included. May hold a socket that is to be encrypted. */
  readonly connection: ConnectionOptions
  readonly timeoutMs: number
}

/**
 * Looks at the certificates that a server shows: until when they are valid, and whether they are trusted. Connects
 * whether they are or not, says nothing, and hangs up.
 *
 * Where there is no connection there is nothing to look at: no findings.
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
  // An end that is over is the reason for most mistrust, and has been told.
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

/** The certificate of the server first, then that of whoever signed it, as far as they were sent. */
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

/** Node writes one part of a name a line. */
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
