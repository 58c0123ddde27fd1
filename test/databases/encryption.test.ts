import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from 'ostiary/sql'
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeCertificate } from '../ldap/certificates.ts'
import { runProcess } from './database-process.ts'
import { startMariadb, startPostgres } from './database-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'ostiary-tls-'))
const OURS = makeCertificate(folder, 'ours')
const ELSEWHERE = makeCertificate(folder, 'elsewhere', 2, '127.0.0.9')
const pem = (files: typeof OURS) => ({
  certificate: readFileSync(files.certificate, 'utf8'),
  key: readFileSync(files.key, 'utf8'),
})
const [postgres, mariadb, plainPostgres, plainMariadb, strangePostgres, strangeMariadb] = await Promise.all([
  startPostgres(pem(OURS)),
  startMariadb(pem(OURS)),
  startPostgres(),
  startMariadb(),
  startPostgres(pem(ELSEWHERE)),
  startMariadb(pem(ELSEWHERE)),
])
const servers = [postgres, mariadb, plainPostgres, plainMariadb, strangePostgres, strangeMariadb]
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  rmSync(folder, { recursive: true })
})

const KINDS = [
  {
    name: 'PostgreSQL',
    server: postgres,
    plain: plainPostgres,
    strange: strangePostgres,
    ask: ['sslmode=require', 'sslmode=verify-full', 'ssl=true'],
    ca: 'sslrootcert',
    unverified: 'sslmode=no-verify',
    cipher: 'select cipher from pg_stat_ssl where pid = pg_backend_pid()',
  },
  {
    name: 'MariaDB',
    server: mariadb,
    plain: plainMariadb,
    strange: strangeMariadb,
    ask: ['ssl-mode=REQUIRED', 'sslmode=require', 'tls=true', 'ssl=true', 'ssl-mode=VERIFY_IDENTITY'],
    ca: 'ssl-ca',
    unverified: 'ssl={"rejectUnauthorized":false}',
    cipher: `select variable_value as cipher from information_schema.session_status where variable_name = 'Ssl_cipher'`,
  },
]

describe.each(KINDS)('a connection to $name', ({ server, plain, strange, ask, ca, unverified, cipher }) => {
  async function urlOf(of: typeof server, host: string, ...parameters: string[]): Promise<string> {
    const { url, drop } = await of.create()
    onTestFinished(drop)
    const changed = new URL(url)
    changed.hostname = host
    return `${changed.href}?${parameters.join('&')}`
  }

  async function cipherOf(url: string): Promise<unknown> {
    const database = openDatabase(url)
    try {
      const { rows } = await sql.raw<{ cipher: unknown }>(cipher).execute(await database.reader())
      return rows[0]?.cipher
    } finally {
      await database.close()
    }
  }

  test.each(ask)('with %s is encrypted, and the certificate verified, for a name and an address', async (asked) => {
    for (const host of ['localhost', '127.0.0.1']) {
      expect(await cipherOf(await urlOf(server, host, asked, `${ca}=${OURS.ca}`))).toMatch(/^TLS_|AES|CHACHA/)
    }
  })

  test.each(ask)(
    'with %s is refused when an unknown authority has signed, whatever the process says',
    async (asked) => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
      onTestFinished(() => void vi.unstubAllEnvs())
      await expect(cipherOf(await urlOf(server, 'localhost', asked))).rejects.toThrow(/certificate/)
      await expect(cipherOf(await urlOf(server, 'localhost', asked, `${ca}=${ELSEWHERE.ca}`))).rejects.toThrow(
        /certificate/,
      )
    },
  )

  test.runIf(server === postgres)('that PGSSLMODE encrypts is verified, whatever the process says', async () => {
    vi.stubEnv('PGSSLMODE', 'verify-full')
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    onTestFinished(() => void vi.unstubAllEnvs())
    await expect(cipherOf(await urlOf(server, 'localhost'))).rejects.toThrow(/certificate/)
    await expect(cipherOf(await urlOf(plain, 'localhost'))).rejects.toThrow(/not support SSL/)
  })

  test('is refused when the certificate is that of another address', async () => {
    const parameters = [ask[0] as string, `${ca}=${ELSEWHERE.ca}`]
    expect(await cipherOf(await urlOf(strange, 'localhost', ...parameters))).toMatch(/^TLS_|AES|CHACHA/)
    await expect(cipherOf(await urlOf(strange, '127.0.0.1', ...parameters))).rejects.toThrow(/altnames|does not match/i)
  })

  test.each(ask)('with %s is refused by a server that offers no encryption', async (asked) => {
    await expect(cipherOf(await urlOf(plain, '127.0.0.1', asked))).rejects.toThrow(/not support (SSL|secure)/)
  })

  test('that says so is encrypted without being verified, and one that says nothing is plain', async () => {
    expect(await cipherOf(await urlOf(server, '127.0.0.1', unverified))).toMatch(/^TLS_|AES|CHACHA/)
    expect((await cipherOf(await urlOf(server, '127.0.0.1'))) || null).toBeNull()
  })

  test('with a file that is not there says which', async () => {
    const database = openDatabase(await urlOf(server, 'localhost', `${ca}=/nowhere/ca.pem`))
    await expect(database.ready()).rejects.toThrow(/Cannot open the database .*\/nowhere\/ca\.pem/)
  })

  test('that is encrypted and left open does not keep a process alive', async () => {
    const script = `
      const database = openDatabase(url)
      const users = localUsers(database)
      await Promise.all(['a', 'b', 'c'].map((username) => users.add({ username })))
      await sqlSessions(database).follow(() => {})
      setTimeout(() => process.stdout.write('still here'), 2500).unref()
      setTimeout(() => process.exit(), 5000).unref()`
    const url = await urlOf(server, 'localhost', ask[0] as string, `${ca}=${OURS.ca}`)
    expect(await runProcess(script, url).done).toEqual({ output: '', errors: '', code: 0 })
  })
})
