import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files of a certificate for `localhost` and an address of this machine, and of the authority that signed it. */
export interface Certificate {
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

/** Makes an authority and a certificate of it with openssl. A negative number of days is one that has expired. */
export function makeCertificate(folder: string, name: string, days = 2, address = '127.0.0.1'): Certificate {
  const file = (ending: string) => join(folder, `${name}.${ending}`)
  const [ca, caKey] = [file('ca.pem'), file('ca.key')]
  const [certificate, key, request, extensions] = [file('pem'), file('key'), file('csr'), file('ext')]
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const authority = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  openssl([
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    `/CN=Authority of ${name}`,
    '-keyout',
    caKey,
    '-out',
    ca,
    ...authority,
  ])
  openssl(['req', ...newKey, '-subj', '/CN=localhost', '-keyout', key, '-out', request])
  writeFileSync(extensions, `subjectAltName=DNS:localhost,IP:${address}\nextendedKeyUsage=serverAuth\n`)
  const signed = [
    '-in',
    request,
    '-CA',
    ca,
    '-CAkey',
    caKey,
    '-CAcreateserial',
    '-days',
    String(days),
    '-extfile',
    extensions,
  ]
  openssl(['x509', '-req', ...signed, '-out', certificate])
  return { ca, certificate, key }
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' })
}
