import type { Socket } from 'node:net'
import { inspectCertificate } from '../diagnostics/certificate.ts'
import type { Diagnostic, DiagnosticContext } from '../diagnostics/diagnostic.ts'
import { withDeadline } from '../resilience/deadline.ts'
import { openSocket, type Timeouts, tlsOptions } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { limitAnswers } from './limit-answers.ts'
import { loadLdapts } from './load-ldapts.ts'

/**
 * Returns findings about the certificate of a server. Empty for plain connections, and for servers that cannot be
 * reached.
 */
export async function inspectEncryption(
  endpoint: Endpoint,
  { connect }: Timeouts,
  inspection: DiagnosticContext,
  now: number,
): Promise<readonly Diagnostic[]> {
  const { url, port, encryption } = endpoint
  if (encryption === 'none') return []
  const tls = tlsOptions(endpoint)
  const { signal } = inspection
  if (encryption === 'ldaps')
    return inspectCertificate({ url, connection: { port, ...tls }, timeoutMs: connect }, inspection, now)
  let socket: Socket | undefined
  try {
    const plain = await openSocket(endpoint, { connect }, signal)
    socket = plain
    await withDeadline({ ms: connect, signal, prefix: 'StartTLS: ' }, () => askForTls(plain))
    return await inspectCertificate({ url, connection: { socket, ...tls }, timeoutMs: connect }, inspection, now)
  } catch {
    // The following connection reports the error.
    return []
  } finally {
    socket?.destroy()
  }
}

/**
 * Asks for TLS (RFC 4511, section 4.14.1) by the messages of the LDAP client.
 *
 * Why without the client itself: the client closes the connection before an untrusted certificate can be inspected.
 */
async function askForTls(socket: Socket): Promise<void> {
  const { ExtendedRequest, MessageParser } = await loadLdapts()
  const parser = new MessageParser()
  const read = (bytes: Buffer) => parser.read(bytes, new Map())
  const answer = limitAnswers(socket, MOST_BYTES)
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on('message', ({ status }) => {
        if (status === 0) resolve()
        else reject(new Error('StartTLS is refused'))
      })
      parser.on('error', reject)
      socket.once('close', () => reject(new Error('the connection was closed')))
      socket.on('data', read)
      socket.write(new ExtendedRequest({ messageId: 1, oid: START_TLS }).write())
    })
  } finally {
    answer.stop()
    socket.off('data', read)
    socket.pause()
  }
}

const START_TLS = '1.3.6.1.4.1.1466.20037'
const MOST_BYTES = 1000
