import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Attribute, Change, Client } from 'ldapts'
import { makeCertificate } from './certificates.ts'

export const AD_BASE = 'DC=example,DC=test'
export const AD_PEOPLE = `CN=Users,${AD_BASE}`

/** A private domain controller: Samba, with a handful of people. */
export interface SambaAd {
  readonly ldap: string
  readonly ldaps: string
  readonly address: string
  readonly caFile: string
  start(): Promise<void>
  stop(): Promise<void>
  remove(): Promise<void>
  administer<T>(work: (client: Client) => Promise<T>): Promise<T>
  /** Wrong passwords until an account is locked; 0: never, which is how it begins. */
  lockAfter(failures: number): void
}

/** Long, and of all kinds of characters, as the domain demands. */
export function adPasswordOf(name: string): string {
  return `Seven-${[...name].reverse().join('')}-Lanterns-7`
}

/** The ports of Active Directory cannot be chosen, and need root; the address can: each server has one of its own. */
export const CAN_RUN_SAMBA = process.getuid?.() === 0

/** @throws with the names of the Debian packages when there is no server to start. */
export async function sambaAd(): Promise<SambaAd> {
  if (!existsSync('/usr/sbin/samba') || !existsSync('/usr/bin/samba-tool')) {
    throw new Error(
      'The tests of Active Directory need Samba: apt-get install --no-install-recommends samba samba-ad-dc ' +
        'samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind python3-samba',
    )
  }
  const folder = mkdtempSync(join(tmpdir(), 'ostiary-ad-'))
  const address = `127.${randomInt(64, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`
  const [ldap, ldaps] = [`ldap://${address}`, `ldaps://${address}`]
  const domain = join(folder, 'ad')
  const configuration = join(domain, 'etc', 'smb.conf')
  let server: ChildProcess | undefined
  const killWithUs = () => void server?.kill('SIGKILL')
  process.once('exit', killWithUs)

  async function start(): Promise<void> {
    const child = spawn('/usr/sbin/samba', ['-F', '--no-process-group', '-M', 'single', '-s', configuration], {
      stdio: 'ignore',
    })
    server = child
    for (let tries = 0; tries < 300; tries++) {
      if (child.exitCode !== null) throw new Error(`samba ended with ${child.exitCode}: ${logOf(domain)}`)
      if (await administer(async () => true).catch(() => false)) return
      await sleep(50)
    }
    throw new Error(`samba did not start: ${logOf(domain)}`)
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
    const tlsOptions = { ca: [readFileSync(certificate.ca)] }
    const client = new Client({ url: ldaps, timeout: 10_000, connectTimeout: 5000, tlsOptions })
    try {
      await client.bind('administrator@example.test', ADMINISTRATOR)
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

  function tool(...args: readonly string[]): void {
    execFileSync('/usr/bin/samba-tool', args, { stdio: 'pipe' })
  }

  const certificate = makeCertificate(folder, 'server', 2, address)
  const lockAfter = (failures: number) =>
    tool(
      'domain',
      'passwordsettings',
      'set',
      `--account-lockout-threshold=${failures}`,
      '-H',
      join(domain, 'private', 'sam.ldb'),
      '-s',
      configuration,
    )
  try {
    tool(...provisioning(domain, address))
    const tls = join(domain, 'private', 'tls')
    mkdirSync(tls, { recursive: true })
    copyFileSync(certificate.ca, join(tls, 'ca.pem'))
    copyFileSync(certificate.certificate, join(tls, 'cert.pem'))
    writeFileSync(join(tls, 'key.pem'), readFileSync(certificate.key), { mode: 0o600 })
    writeFileSync(configuration, configurationOf(domain, address))
    await start()
    await administer(populate)
    agePassword(configuration, join(domain, 'private', 'sam.ldb'), `CN=old-password,${AD_PEOPLE}`)
    return { ldap, ldaps, address, caFile: certificate.ca, start, stop, remove, administer, lockAfter }
  } catch (error) {
    await remove()
    throw error
  }
}

const ADMINISTRATOR = 'Seven-Root-Lanterns-7'

const ORDINARY = ['service', 'alice', 'bob', 'wörner', 'locked']
const KEPT_OUT = ['disabled', 'expired', 'must-change', 'old-password', 'night-shift', 'one-machine']
/** 21 bytes, a bit for each hour of the week: never. */
const NO_HOURS = Buffer.alloc(21)

/** People with the states that matter, and groups within groups. */
async function populate(client: Client): Promise<void> {
  for (const name of [...ORDINARY, ...KEPT_OUT]) {
    const dn = `CN=${name},${AD_PEOPLE}`
    await client.add(dn, [
      text('objectClass', 'user'),
      text('sAMAccountName', name),
      text('displayName', `${name} Example`),
      text('mail', `${name}@example.test`),
      new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${adPasswordOf(name)}"`, 'utf16le')] as never }),
    ])
    await replace(client, dn, 'userAccountControl', name === 'disabled' ? '514' : '512')
  }
  await replace(client, `CN=expired,${AD_PEOPLE}`, 'accountExpires', '132223104000000000')
  await replace(client, `CN=must-change,${AD_PEOPLE}`, 'pwdLastSet', '0')
  await replace(client, `CN=one-machine,${AD_PEOPLE}`, 'userWorkstations', 'ELSEWHERE')
  await client.modify(
    `CN=night-shift,${AD_PEOPLE}`,
    new Change({
      operation: 'replace',
      modification: new Attribute({ type: 'logonHours', values: [NO_HOURS] as never }),
    }),
  )
  await replace(client, `CN=bob,${AD_PEOPLE}`, 'userPrincipalName', 'robert@example.test')
  const groups: [string, string[]][] = [
    ['Inner', ['alice']],
    ['Outer', ['Inner', 'bob']],
    ['Outermost', ['Outer']],
  ]
  for (const [name, members] of groups) {
    await client.add(`CN=${name},${AD_PEOPLE}`, [
      text('objectClass', 'group'),
      text('sAMAccountName', name),
      new Attribute({ type: 'member', values: members.map((member) => `CN=${member},${AD_PEOPLE}`) }),
    ])
  }
}

/**
 * Makes a password one of the year 2020, which no client may write: past the module of the domain controller that keeps
 * passwords, in its database.
 */
function agePassword(configuration: string, database: string, dn: string): void {
  const script = [
    'import ldb, sys',
    'from samba.auth import system_session',
    'from samba.param import LoadParm',
    'from samba.samdb import SamDB',
    'settings = LoadParm()',
    'settings.load(sys.argv[1])',
    'database = SamDB(url=sys.argv[2], session_info=system_session(), lp=settings)',
    'change = ldb.Message(ldb.Dn(database, sys.argv[3]))',
    "change['when'] = ldb.MessageElement('132223104000000000', ldb.FLAG_MOD_REPLACE, 'pwdLastSet')",
    "database.modify(change, controls=['local_oid:1.3.6.1.4.1.7165.4.3.12:0'])",
  ].join('\n')
  execFileSync('/usr/bin/python3', ['-c', script, configuration, database, dn], { stdio: 'pipe' })
}

function text(type: string, value: string): Attribute {
  return new Attribute({ type, values: [value] })
}

export async function replace(client: Client, dn: string, type: string, value: string): Promise<void> {
  await client.modify(dn, new Change({ operation: 'replace', modification: text(type, value) }))
}

function provisioning(domain: string, address: string): string[] {
  const options = ['interfaces', 'bind interfaces only'].map(
    (name, index) => `--option=${name}=${[`${address}/8`, 'yes'][index]}`,
  )
  return [
    ...['domain', 'provision', `--targetdir=${domain}`, '--realm=EXAMPLE.TEST', '--domain=EXAMPLE', '--server-role=dc'],
    ...['--dns-backend=NONE', '--host-name=dc1', `--host-ip=${address}`, `--adminpass=${ADMINISTRATOR}`, ...options],
  ]
}

function configurationOf(domain: string, address: string): string {
  const settings = {
    'netbios name': 'DC1',
    realm: 'EXAMPLE.TEST',
    workgroup: 'EXAMPLE',
    'server role': 'active directory domain controller',
    interfaces: `${address}/8`,
    'bind interfaces only': 'yes',
    'server services': 'ldap',
    'dcerpc endpoint servers': '-all',
    'ldap server require strong auth': 'no',
    'tls enabled': 'yes',
    'tls keyfile': `${domain}/private/tls/key.pem`,
    'tls certfile': `${domain}/private/tls/cert.pem`,
    'tls cafile': `${domain}/private/tls/ca.pem`,
    'tls verify peer': 'no_check',
    'lock directory': domain,
    'state directory': `${domain}/state`,
    'cache directory': `${domain}/cache`,
    'private dir': `${domain}/private`,
    'pid directory': domain,
    'ncalrpc dir': `${domain}/ncalrpc`,
    'ntp signd socket directory': `${domain}/ntp`,
    'winbindd socket directory': `${domain}/wb`,
    'log file': `${domain}/log`,
  }
  return ['[global]', ...Object.entries(settings).map(([name, value]) => ` ${name} = ${value}`), ''].join('\n')
}

function logOf(domain: string): string {
  const file = join(domain, 'log')
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : 'no log'
}
