import type { Socket } from 'node:net'
import { inspectCertificate } from '../diagnostics/certificate.ts'
import type { Diagnostic, DiagnosticContext } from '../diagnostics/diagnostic.ts'
import { withDeadline } from '../resilience/deadline.ts'
import { openSocket, type Timeouts, tlsOptions } from './connection.ts'
import type { Endpoint } from './endpoint.ts'

/** What is to be said of the certificate of a server, if it has one and can be connected to. */
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
    // Whoever connects next says what it is.
    return []
  } finally {
    socket?.destroy()
  }
}

/** The request of RFC 4511, section 4.14.1. The LDAP client hangs up before anybody sees a certificate that is not trusted. */
const START_TLS = Buffer.concat([Buffer.from('301d02010177188016', 'hex'), Buffer.from('1.3.6.1.4.1.1466.20037')])
/** An extended response and its result code, in hexadecimal. */
const RESPONSE = /^(?:..)*?78(?:..){1,5}?0a01(..)/

function askForTls(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const read = (bytes: Buffer) => {
      answer += bytes.toString('hex')
      const code = RESPONSE.exec(answer)?.[1]
      if (code === undefined && answer.length < 2000) return
      socket.off('data', read)
      socket.pause()
      if (code === '00') resolve()
      else reject(new Error('StartTLS is refused'))
    }
    socket.on('data', read)
    socket.once('close', () => reject(new Error('the connection was closed')))
    socket.write(START_TLS)
  })
}
