import { ConfigurationError } from '../errors.ts'

/**
 * Reads a list of exact origins (RFC 6454), such as `https://app.example.org` and `http://localhost:5173`.
 *
 * Each is written as browsers send it in `Origin`: scheme, host in small letters, port if it is not the usual one. There are
 * no patterns. Why: `https://*.example.org` would trust every host that anybody ever gets below that name.
 *
 * @param option The name of the option, for messages.
 * @throws {ConfigurationError} that says which entry cannot be used, and how it is written.
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
/** Nothing that a header or a content security policy could take for more than a host. */
const ORIGIN = /^https?:\/\/(?:[a-z\d._-]+|\[[\da-f:]+\])(?::\d+)?$/
