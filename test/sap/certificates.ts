import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate of a server, and the authority that vouches for it. */
export interface Certificate {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** Makes one for an hour of tests by the `openssl` command. `days: -1` makes one that has expired. */
export function makeCertificate({ names = 'DNS:localhost,IP:127.0.0.1', days = 1 } = {}): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'ostiary-sap-'))
  const file = (name: string) => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  try {
    writeFileSync(file('names'), `subjectAltName=${names}\n`)
    openssl('req', '-x509', ...key, '-keyout', file('ca.key'), '-out', file('ca.pem'), '-subj', '/CN=Test authority')
    openssl('req', ...key, '-keyout', file('server.key'), '-out', file('server.csr'), '-subj', '/CN=Test server')
    const signing = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-days', String(days), '-extfile', file('names')]
    openssl('x509', '-req', '-in', file('server.csr'), ...signing, '-out', file('server.pem'))
    const [ca = '', cert = '', serverKey = ''] = ['ca.pem', 'server.pem', 'server.key'].map((name) =>
      readFileSync(file(name), 'utf8'),
    )
    return { ca, cert, key: serverKey }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function openssl(...args: string[]): void {
  try {
    execFileSync('openssl', args, { stdio: 'pipe' })
  } catch (cause) {
    throw new Error('Certificates for tests are made by the command openssl, of the Debian package openssl.', { cause })
  }
}
