import { ConfigurationError } from '../../errors.ts'
import { type ReadParameter, readUrlParameters } from '../../url-parameters.ts'
import { addressOf, type ServerAddress } from './server-address.ts'
import type { Tls } from './tls.ts'

/** The parts of a URL of MySQL or MariaDB: the address of the server, and the time zone of times. */
export interface MysqlServer extends ServerAddress {
  readonly socketPath?: string
  readonly timezone?: string
}

/**
 * Reads a URL of MySQL or MariaDB.
 *
 * @throws {ConfigurationError} when a parameter is unknown, contradicts another, or asks for security that the driver
 * lacks.
 */
export function readMysqlUrl(url: URL): MysqlServer {
  const parameters = readUrlParameters<Parameters>(url, READERS, WHOSE)
  const { socketPath, timezone, 'ssl-ca': ca, 'ssl-cert': cert, 'ssl-key': key, ...switches } = parameters
  const files = Object.entries({ ca, cert, key }).filter(([, file]) => file !== undefined)
  const [first, ...others] = Object.entries(switches)
  for (const [name, mode] of others) if (mode !== first?.[1]) throw contradiction(first?.[0] ?? name, name)
  const mode = first?.[1] ?? (files.length > 0 ? 'verify' : 'off')
  if (first && mode === 'off' && files[0]) throw contradiction(first[0], `ssl-${files[0][0]}`)
  if (mode !== 'off' && socketPath !== undefined) throw contradiction(first?.[0] ?? 'ssl-ca', 'socketPath')
  const tls: Tls = { verify: mode === 'verify', ...Object.fromEntries(files) }
  return {
    ...addressOf(url),
    ...(mode !== 'off' && { tls }),
    ...(socketPath !== undefined && { socketPath }),
    ...(timezone !== undefined && { timezone }),
  }
}

const WHOSE = 'The URL of MySQL or MariaDB'

function contradiction(one: string, other: string): ConfigurationError {
  return new ConfigurationError(`${WHOSE} contradicts itself: "${one}" and "${other}" cannot be obeyed together.`)
}

type Mode = 'off' | 'verify' | 'no-verify'

/** `ssl-mode` of MySQL's own programs, and the switches that other drivers use instead. */
interface Parameters {
  readonly 'ssl-mode'?: Mode
  readonly sslmode?: Mode
  readonly ssl?: Mode
  readonly tls?: Mode
  readonly 'ssl-ca'?: string
  readonly 'ssl-cert'?: string
  readonly 'ssl-key'?: string
  readonly socketPath?: string
  readonly timezone?: string
}

const MODES = new Map<string, Mode>([
  ['disabled', 'off'],
  ['disable', 'off'],
  ['required', 'verify'],
  ['require', 'verify'],
  ['verify-ca', 'verify'],
  ['verify-identity', 'verify'],
  ['verify-full', 'verify'],
])

/** @throws {ConfigurationError} for a mode that could end in plain text. */
const readMode: ReadParameter<Mode> = (text) => {
  const mode = text.toLowerCase().replaceAll('_', '-')
  if (mode !== 'preferred' && mode !== 'prefer') return MODES.get(mode)
  throw new ConfigurationError(
    `${WHOSE} says ssl-mode=${text}, which ends in plain text where the server offers no encryption. ` +
      'Say ssl-mode=VERIFY_IDENTITY to encrypt and verify, or ssl-mode=DISABLED.',
  )
}

const SWITCH = new Map<string, Mode>([
  ['true', 'verify'],
  ['1', 'verify'],
  ['{}', 'verify'],
  ['{"rejectUnauthorized":true}', 'verify'],
  ['{"rejectUnauthorized":false}', 'no-verify'],
  ['false', 'off'],
  ['0', 'off'],
])
const readSwitch: ReadParameter<Mode> = (text) => SWITCH.get(text.replaceAll(/\s/g, ''))
const readText: ReadParameter<string> = (text) => text || undefined

const READERS: { readonly [Name in keyof Parameters]-?: ReadParameter<NonNullable<Parameters[Name]>> } = {
  'ssl-mode': readMode,
  sslmode: readMode,
  ssl: readSwitch,
  tls: readSwitch,
  'ssl-ca': readText,
  'ssl-cert': readText,
  'ssl-key': readText,
  socketPath: readText,
  timezone: (text) => (/^(?:local|Z|[ +-]\d\d:\d\d)$/.test(text) ? text.replace(' ', '+') : undefined),
}
