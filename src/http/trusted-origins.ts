import { ConfigurationError } from '../errors.ts'

/**
 * Reads a list of exact origins (RFC 6454), such as `https://app.example.org` and `http://localhost:5173`.
 *
 * Each origin is written as browsers send it in `Origin`: scheme, host in small letters, and the port unless it is the
 * usual port. Patterns are refused. Why: `https://*.example.org` would trust every future host below that name.
 *
 * @param option The name of the option, for messages.
 * @throws {ConfigurationError} that names the invalid entry, and shows how to write it.
 */
export function readOrigins(origins: unknown, option: string): ReadonlySet<string> {
  if (origins === undefined) return NONE
  if (!Array.isArray(origins)) throw new ConfigurationError(`${option} is a list of origins such as ${EXAMPLE}.`)
  return new Set(origins.map((origin) => readOrigin(origin, option)))
}

function readOrigin(origin: unknown, option: string): string {
  if (typeof origin === 'string' && URL.canParse(origin)) {
    const exact = new URL(origin).origin
    if (exact === origin && ORIGIN.test(origin)) return origin
    if (ORIGIN.test(exact))
      throw new ConfigurationError(`${option}: ${JSON.stringify(origin)} is no exact origin. Write "${exact}".`)
  }
  throw new ConfigurationError(
    `${option}: ${JSON.stringify(origin) ?? typeof origin} is no origin. Write each one out, such as ${EXAMPLE}.`,
  )
}

const NONE: ReadonlySet<string> = new Set()
const EXAMPLE = '"https://app.example.org"'
/** Only characters that headers and content security policies read as a host. */
const ORIGIN = /^https?:\/\/(?:[a-z\d._-]+|\[[\da-f:]+\])(?::\d+)?$/
