import { expect, onTestFinished, test, vi } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { readRedisUrl } from '../redis/redis-url.ts'
import { readDatabaseUrl } from './database-url.ts'

const POSTGRES = 'postgres://anna:hunter2@db.example.org/shop'
const MYSQL = 'mysql://anna:hunter2@db.example.org/shop'

function serverOf(url: string) {
  const named = readDatabaseUrl(url)
  return 'server' in named ? named.server : expect.fail('it is no server')
}

function refusalOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    const { message, stack } = error as Error
    expect(`${message}${stack}${JSON.stringify(error)}`).not.toContain('hunter2')
    return message
  }
  return expect.fail('it was not refused')
}

test.each([
  ...['sslmode=require', 'sslmode=verify-ca', 'sslmode=verify-full', 'ssl=true', 'ssl=1'].map(
    (each) => `${POSTGRES}?${each}`,
  ),
  `${POSTGRES}?ssl=true&sslmode=verify-full&channel_binding=prefer`,
  ...[
    'ssl-mode=REQUIRED',
    'ssl-mode=VERIFY_CA',
    'ssl-mode=verify_identity',
    'sslmode=require',
    'sslmode=verify-full',
  ].map((each) => `${MYSQL}?${each}`),
  ...['ssl=true', 'tls=true', 'tls=1', 'ssl={}', 'ssl={"rejectUnauthorized":true}'].map((each) => `${MYSQL}?${each}`),
])('%s is encrypted and verified', (url) => {
  expect(serverOf(url).tls).toEqual({ verify: true })
})

test('files of certificates and keys are taken from the URL, and switch encryption on', () => {
  const postgres = serverOf(`${POSTGRES}?sslrootcert=/ca.pem&sslcert=/me.pem&sslkey=/me.key&sslpassword=hunter2`)
  expect(postgres.tls).toEqual({ verify: true, ca: '/ca.pem', cert: '/me.pem', key: '/me.key', passphrase: 'hunter2' })
  expect(serverOf(`${POSTGRES}?sslmode=verify-full&sslrootcert=system`).tls).toEqual({ verify: true })
  const mysql = serverOf(`${MYSQL}?ssl-ca=/ca.pem&ssl-cert=/me.pem&ssl-key=/me.key`)
  expect(mysql.tls).toEqual({ verify: true, ca: '/ca.pem', cert: '/me.pem', key: '/me.key' })
})

test.each([`${POSTGRES}?sslmode=no-verify`, `${MYSQL}?ssl={"rejectUnauthorized":false}`])(
  '%s is encrypted and not verified, as it says',
  (url) => {
    expect(serverOf(url).tls).toEqual({ verify: false })
  },
)

test.each([
  POSTGRES,
  `${POSTGRES}?sslmode=disable`,
  `${POSTGRES}?ssl=false`,
  MYSQL,
  `${MYSQL}?ssl-mode=DISABLED`,
  `${MYSQL}?tls=false`,
])('%s asks for no encryption', (url) => {
  expect(serverOf(url).tls).toBeUndefined()
})

test.each([
  [`${POSTGRES}?sslmode=prefer`, /ends in plain text .* sslmode=verify-full/],
  [`${POSTGRES}?sslmode=allow`, /ends in plain text/],
  [`${POSTGRES}?sslmode=hunter2`, /a value of "sslmode" that means nothing/],
  [`${POSTGRES}?sslmode=require&channel_binding=require`, /requires channel binding.*Leave out channel_binding/],
  [`${POSTGRES}?sslmode=disable&ssl=true`, /contradicts itself: "sslmode" and "ssl"/],
  [`${POSTGRES}?sslmode=disable&sslrootcert=/ca.pem`, /contradicts itself: "sslmode" and "sslrootcert"/],
  [`${POSTGRES}?sslmode=require&sslmode=disable`, /"sslmode" twice/],
  [`${POSTGRES}?host=/run/postgresql&sslmode=require`, /contradicts itself: "sslmode" and "host"/],
  [`${MYSQL}?ssl-mode=PREFERRED`, /ends in plain text .* ssl-mode=VERIFY_IDENTITY/],
  [`${MYSQL}?tls=skip-verify`, /a value of "tls" that means nothing/],
  [`${MYSQL}?tls=preferred`, /a value of "tls"/],
  [`${MYSQL}?ssl={"ca":"hunter2"}`, /a value of "ssl"/],
  [`${MYSQL}?ssl-mode=REQUIRED&tls=false`, /contradicts itself: "ssl-mode" and "tls"/],
  [`${MYSQL}?ssl-mode=DISABLED&ssl-ca=/ca.pem`, /contradicts itself: "ssl-mode" and "ssl-ca"/],
  [`${MYSQL}?socketPath=/run/mysqld.sock&ssl-mode=REQUIRED`, /contradicts itself: "ssl-mode" and "socketPath"/],
])('%s is refused, since it cannot be obeyed', (url, why) => {
  expect(refusalOf(() => readDatabaseUrl(url))).toMatch(why)
})

test.each([
  [`${POSTGRES}?sslMode=require`, 'sslmode'],
  [`${POSTGRES}?ssl_mode=require`, 'sslmode'],
  [`${POSTGRES}?ssl-root-cert=/ca.pem`, 'sslrootcert'],
  [`${POSTGRES}?sslrotcert=/ca.pem`, 'sslrootcert'],
  [`${POSTGRES}?application-name=shop`, 'application_name'],
  [`${MYSQL}?sslMode=REQUIRED`, 'ssl-mode'],
  [`${MYSQL}?ssl_mode=REQUIRED`, 'ssl-mode'],
  [`${MYSQL}?ssl_ca=/ca.pem`, 'ssl-ca'],
  [`${MYSQL}?TLS=true`, 'tls'],
])('%s is refused, and the right spelling named', (url, right) => {
  expect(refusalOf(() => readDatabaseUrl(url))).toContain(`Did you mean "${right}" rather than`)
})

test.each([
  ...[
    'require_auth=scram-sha-256',
    'gssencmode=require',
    'sslcrl=/crl.pem',
    'ssl_min_protocol_version=TLSv1.3',
    'target_session_attrs=read-write',
    'schema=hunter2',
    'hunter2=1',
    'max=100',
    'uselibpqcompat=true',
  ].map((each) => `${POSTGRES}?${each}`),
  ...[
    'useSSL=true',
    'requireSSL=true',
    'sslaccept=strict',
    'multipleStatements=true',
    'enableCleartextPlugin=true',
    'insecureAuth=true',
    'debug=true',
    'flags=SSL',
    'charset=latin1',
    'hunter2=1',
  ].map((each) => `${MYSQL}?${each}`),
])('%s is refused as unknown, rather than ignored', (url) => {
  expect(refusalOf(() => readDatabaseUrl(url))).toMatch(
    /a parameter that is unknown, and is not ignored\..* The parameters are: .*ssl/,
  )
})

test.each([
  'postgres://anna:1/x?hunter2@localhost/users',
  'postgres://anna:1/x?a=hunter2@localhost/users',
  'postgres://anna:1/x#hunter2@localhost/users',
  `${POSTGRES}#hunter2`,
  `${MYSQL}#ssl-mode=REQUIRED`,
])('the rest of a password that is not encoded is shown by no refusal: %s', (url) => {
  refusalOf(() => readDatabaseUrl(url))
})

test.each([
  '?mode=ro',
  '?mode=ro&cache=shared',
  '?immutable=1',
  '?cipher=sqlcipher&key=hunter2',
  '?key=hunter.2',
  '?a=b',
])('sqlite:users.db%s is refused, since a file of SQLite has no parameters', (parameters) => {
  expect(refusalOf(() => readDatabaseUrl(`sqlite:users.db${parameters}`))).toContain('has no parameters')
})

function withSslMode(mode: string): void {
  vi.stubEnv('PGSSLMODE', mode)
  onTestFinished(() => void vi.unstubAllEnvs())
}

test.each([
  ['require', { verify: true }],
  ['verify-full', { verify: true }],
  ['no-verify', { verify: false }],
  ['disable', undefined],
  ['', undefined],
])('PGSSLMODE=%s holds where a URL of PostgreSQL says nothing', (mode, tls) => {
  withSslMode(mode)
  expect(serverOf(POSTGRES).tls).toEqual(tls)
  expect(serverOf(`${POSTGRES}?sslmode=disable`).tls).toBeUndefined()
  expect(serverOf(`${POSTGRES}?ssl=true`).tls).toEqual({ verify: true })
  expect(serverOf(`${POSTGRES}?host=/run/postgresql`).tls).toBeUndefined()
  expect(serverOf(MYSQL).tls).toBeUndefined()
})

test.each(['Require', 'verify_full', 'verify-full ', 'true', 'prefer', 'allow'])(
  'PGSSLMODE=%j is refused, rather than talked to in plain text',
  (mode) => {
    withSslMode(mode)
    expect(refusalOf(() => readDatabaseUrl(POSTGRES))).toContain('PGSSLMODE has a value that means nothing here')
  },
)

test('settings of the session are taken from the URL', () => {
  const url = `${POSTGRES}?application_name=shop&options=-c%20search_path%3Dusers&connect_timeout=3&statement_timeout=500`
  expect(serverOf(url)).toEqual({
    host: 'db.example.org',
    user: 'anna',
    password: 'hunter2',
    database: 'shop',
    session: {
      application_name: 'shop',
      options: '-c search_path=users',
      connectionTimeoutMillis: 3000,
      statement_timeout: 500,
    },
  })
  expect(serverOf(`${MYSQL}?timezone=+02:00`)).toMatchObject({ timezone: '+02:00' })
  expect(serverOf('mysql://localhost/a%20b?socketPath=/run/x')).toMatchObject({ socketPath: '/run/x', database: 'a b' })
  expect(serverOf('postgres://[::1]:5433/a')).toMatchObject({ host: '::1', port: 5433, database: 'a' })
})

test.each(['ssl=true', 'tls=true', 'ssl_cert_reqs=required', 'db=2', 'hunter2=1', 'rejectUnauthorized=true'])(
  'a URL of Redis with ?%s is refused, rather than talked to in plain text',
  (parameter) => {
    for (const scheme of ['redis', 'rediss']) {
      const refusal = refusalOf(() => readRedisUrl(`${scheme}://:hunter2@cache.example.org/0?${parameter}`))
      expect(refusal).toMatch(
        /with "rediss:" it is encrypted and verified.* has a parameter that is unknown.* takes none/,
      )
    }
  },
)

test('a URL of Redis with a fragment, or the rest of a password, is refused', () => {
  for (const rest of ['#hunter2', '?hunter2@cache.example.org', '#hunter2@cache.example.org']) {
    refusalOf(() => readRedisUrl(`redis://:x@cache.example.org/0${rest}`))
  }
})
