import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'ldapts'
import { type Certificate, makeCertificate } from './certificates.ts'
import { BASE, ROOT_DN, ROOT_PASSWORD, staticEntries, writtenEntries } from './directory.ts'

/** A private OpenLDAP server on ports of its own, with the people and groups of `directory.ts`. */
export interface OpenLdap {
  readonly ldap: string
  readonly ldaps: string
  readonly port: number
  readonly tlsPort: number
  /** Of the authority that signed the server's certificate. */
  readonly caFile: string
  readonly folder: string
  /** Ends the server, with its connections. */
  stop(): Promise<void>
  /** Starts it again on the same ports, with the same data. */
  start(): Promise<void>
  /** Ends it for good, and removes its folder. */
  remove(): Promise<void>
  /** Runs a client on which the administrator has signed in. */
  administer<T>(work: (client: Client) => Promise<T>): Promise<T>
}

export interface OpenLdapSettings {
  /** Lines of its configuration, before the database. */
  readonly global?: readonly string[]
  /** Lines of its configuration, for the database. */
  readonly database?: readonly string[]
  /** Entries beside those of `directory.ts`, as LDIF. */
  readonly ldif?: string
  /** How many days its certificate is valid. */
  readonly certificateDays?: number
  /** How many wrong passwords lock an account. */
  readonly mostFailures?: number
}

const SLAPD = ['/usr/sbin/slapd', '/usr/lib/openldap/slapd', '/usr/libexec/slapd'].find(existsSync)

/** @throws with the name of the Debian packages when there is no server to start. */
export async function openLdap({
  global = [],
  database = [],
  ldif: more = '',
  certificateDays,
  mostFailures = 1000,
}: OpenLdapSettings = {}): Promise<OpenLdap> {
  if (!SLAPD || !existsSync('/usr/lib/ldap/argon2.so')) {
    throw new Error(
      'The LDAP tests need OpenLDAP: apt-get install --no-install-recommends slapd slapd-contrib ldap-utils',
    )
  }
  const folder = mkdtempSync(join(tmpdir(), 'ostiary-ldap-'))
  const [port, tlsPort] = [await freePort(), await freePort()]
  const urls = { ldap: `ldap://127.0.0.1:${port}`, ldaps: `ldaps://127.0.0.1:${tlsPort}` }
  let server: ChildProcess | undefined
  const killWithUs = () => void server?.kill('SIGKILL')
  process.once('exit', killWithUs)

  async function start(): Promise<void> {
    // -d keeps it in the foreground: a child that ends with the test.
    const child = spawn(SLAPD as string, ['-f', configuration, '-h', `${urls.ldap}/ ${urls.ldaps}/`, '-d', '0'], {
      stdio: 'ignore',
    })
    server = child
    for (let tries = 0; tries < 200; tries++) {
      if (child.exitCode !== null) throw new Error(`slapd ended with ${child.exitCode}`)
      if (await administer(async () => true).catch(() => false)) return
      await sleep(25)
    }
    throw new Error('slapd did not start')
  }

  async function stop(): Promise<void> {
    const child = server
    server = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  async function administer<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: urls.ldap, timeout: 5000, connectTimeout: 5000 })
    try {
      await client.bind(ROOT_DN, ROOT_PASSWORD)
      return await work(client)
    } finally {
      await client.unbind().catch(() => {})
    }
  }

  async function remove(): Promise<void> {
    await stop()
    process.off('exit', killWithUs)
    rmSync(folder, { recursive: true, force: true })
  }

  const configuration = join(folder, 'slapd.conf')
  try {
    const certificate = makeCertificate(folder, 'server', certificateDays)
    mkdirSync(join(folder, 'db'))
    writeFileSync(configuration, configurationOf(folder, certificate, global, database))
    const ldif = join(folder, 'static.ldif')
    writeFileSync(ldif, `${staticEntries(mostFailures)}\n${more}`)
    execFileSync('/usr/sbin/slapadd', ['-q', '-f', configuration, '-l', ldif], { stdio: 'pipe' })
    await start()
    // Over the wire, because only there the overlay for memberOf sees them.
    await administer(async (client) => {
      for (const [dn, attributes] of writtenEntries()) await client.add(dn, attributes)
    })
    return { ...urls, port, tlsPort, caFile: certificate.ca, folder, stop, start, remove, administer }
  } catch (error) {
    await remove()
    throw error
  }
}

function configurationOf(
  folder: string,
  { ca, certificate, key }: Certificate,
  global: readonly string[],
  database: readonly string[],
): string {
  const service = `dn.exact="cn=service,${BASE}"`
  return [
    ...['core', 'cosine', 'nis', 'inetorgperson'].map((schema) => `include /etc/ldap/schema/${schema}.schema`),
    'modulepath /usr/lib/ldap',
    ...['back_mdb', 'memberof', 'refint', 'ppolicy', 'argon2'].map((module) => `moduleload ${module}`),
    `pidfile ${folder}/slapd.pid`,
    `argsfile ${folder}/slapd.args`,
    'sizelimit 20',
    `TLSCACertificateFile ${ca}`,
    `TLSCertificateFile ${certificate}`,
    `TLSCertificateKeyFile ${key}`,
    'TLSVerifyClient never',
    ...global,
    'database mdb',
    'maxsize 67108864',
    `suffix "${BASE}"`,
    `rootdn "${ROOT_DN}"`,
    `rootpw ${ROOT_PASSWORD}`,
    `directory ${folder}/db`,
    'dbnosync',
    ...database,
    'index objectClass,uid,member,uniqueMember,memberUid,mail eq',
    'access to attrs=userPassword by anonymous auth by * none',
    `access to * by ${service} read by self read by anonymous auth by users read`,
    'overlay memberof',
    'memberof-group-oc groupOfNames',
    'overlay ppolicy',
    `ppolicy_default "cn=default,ou=policies,${BASE}"`,
    'ppolicy_use_lockout',
    '',
  ].join('\n')
}

/** Free at the moment of asking. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
