import { ConfigurationError } from '../../errors.ts'
import { type ReadParameter, readUrlParameters } from '../../url-parameters.ts'
import { addressOf, type ServerAddress } from './server-address.ts'

/**
 * The parts of a URL of PostgreSQL: the address of the server, and settings of the session under the names of the
 * driver.
 */
export interface PostgresServer extends ServerAddress {
  readonly session: {
    readonly application_name?: string
    readonly fallback_application_name?: string
    readonly options?: string
    readonly statement_timeout?: number
    readonly lock_timeout?: number
    readonly idle_in_transaction_session_timeout?: number
    readonly connectionTimeoutMillis?: number
    readonly enableChannelBinding?: true
  }
}

/**
 * Reads a URL of PostgreSQL.
 *
 * @throws {ConfigurationError} when a parameter is unknown, contradicts another, or asks for security that the driver
 * lacks.
 */
export function readPostgresUrl(url: URL): PostgresServer {
  const parameters = readUrlParameters<Parameters>(url, READERS, WHOSE)
  const { host, connect_timeout: seconds, ...rest } = parameters
  const {
    sslmode,
    ssl,
    sslrootcert,
    sslcert,
    sslkey,
    sslpassword,
    channel_binding: binding,
    client_encoding: __,
    ...session
  } = rest
  const address = addressOf(url, host === undefined ? {} : { host })
  const files = {
    ca: sslrootcert === 'system' ? undefined : sslrootcert,
    cert: sslcert,
    key: sslkey,
    passphrase: sslpassword,
  }
  const named = Object.entries({ sslrootcert, sslcert, sslkey, sslpassword }).filter(([, value]) => value !== undefined)
  const isSocket = address.host.startsWith('/')
  const mode = sslmode ?? ssl ?? (named.length > 0 ? 'verify' : isSocket ? 'off' : modeOfEnvironment())
  if (sslmode !== undefined && ssl !== undefined && sslmode !== ssl) throw contradiction('sslmode', 'ssl')
  if (mode === 'off' && named[0]) throw contradiction(sslmode === undefined ? 'ssl' : 'sslmode', named[0][0])
  if (mode !== 'off' && isSocket) throw contradiction('sslmode', 'host')
  const given = Object.fromEntries(Object.entries(files).filter(([, value]) => value !== undefined))
  return {
    ...address,
    ...(mode !== 'off' && { tls: { verify: mode === 'verify', ...given } }),
    session: {
      ...session,
      ...(seconds && { connectionTimeoutMillis: seconds * 1000 }),
      ...(binding === 'prefer' && { enableChannelBinding: true }),
    },
  }
}

const WHOSE = 'The URL of PostgreSQL'

function contradiction(one: string, other: string): ConfigurationError {
  return new ConfigurationError(`${WHOSE} contradicts itself: "${one}" and "${other}" cannot be obeyed together.`)
}

interface Parameters extends Omit<PostgresServer['session'], 'connectionTimeoutMillis' | 'enableChannelBinding'> {
  readonly host?: string
  readonly connect_timeout?: number
  readonly client_encoding?: string
  readonly sslmode?: Mode
  readonly ssl?: Mode
  readonly sslrootcert?: string
  readonly sslcert?: string
  readonly sslkey?: string
  readonly sslpassword?: string
  readonly channel_binding?: string
}

type Mode = 'off' | 'verify' | 'no-verify'

const MODES = new Map<string, Mode>([
  ['disable', 'off'],
  ['require', 'verify'],
  ['verify-ca', 'verify'],
  ['verify-full', 'verify'],
  ['no-verify', 'no-verify'],
])
/**
 * What `PGSSLMODE` asks of connections whose URL says nothing. Why not left to the driver: it passes over values that it
 * does not know, and verifies less.
 *
 * @throws {ConfigurationError} when it means nothing, or what could end in plain text.
 */
function modeOfEnvironment(): Mode {
  const text = process.env.PGSSLMODE ?? ''
  if (text === '') return 'off'
  const mode = MODES.get(text)
  if (mode !== undefined) return mode
  throw new ConfigurationError(
    'The environment variable PGSSLMODE has a value that means nothing here, or could end in plain text. ' +
      'Say verify-full to encrypt and verify, or disable.',
  )
}

const SWITCH = new Map<string, Mode>([
  ['true', 'verify'],
  ['1', 'verify'],
  ['false', 'off'],
  ['0', 'off'],
])

/** @throws {ConfigurationError} for a mode that could end in plain text. */
const readMode: ReadParameter<Mode> = (text) => {
  if (text !== 'prefer' && text !== 'allow') return MODES.get(text)
  throw new ConfigurationError(
    `${WHOSE} says sslmode=${text}, which ends in plain text where the server offers no encryption. ` +
      'Say sslmode=verify-full to encrypt and verify, or sslmode=disable.',
  )
}

/**
 * @throws {ConfigurationError} when channel binding is required. Why: the driver cannot tell whether the server binds.
 */
const readChannelBinding: ReadParameter<string> = (text) => {
  if (text !== 'require') return ['disable', 'prefer'].includes(text) ? text : undefined
  throw new ConfigurationError(
    `${WHOSE} requires channel binding, which the driver cannot promise. ` +
      'Leave out channel_binding, and say sslmode=verify-full: the certificate of the server is verified then.',
  )
}

const readText: ReadParameter<string> = (text) => text || undefined
const readNumber: ReadParameter<number> = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)

const READERS: { readonly [Name in keyof Parameters]-?: ReadParameter<NonNullable<Parameters[Name]>> } = {
  host: readText,
  sslmode: readMode,
  ssl: (text) => SWITCH.get(text),
  sslrootcert: readText,
  sslcert: readText,
  sslkey: readText,
  sslpassword: readText,
  channel_binding: readChannelBinding,
  application_name: readText,
  fallback_application_name: readText,
  options: readText,
  connect_timeout: readNumber,
  statement_timeout: readNumber,
  lock_timeout: readNumber,
  idle_in_transaction_session_timeout: readNumber,
  client_encoding: (text) => (/^utf-?8$/i.test(text) ? 'UTF8' : undefined),
}
