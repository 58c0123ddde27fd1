import Bowser from 'bowser'
import { MAX_ORIGIN_LENGTH } from './session-store.ts'

/**
 * Returns a short label of the browser and system, such as "Firefox on Linux", for lists of sessions. Null when both
 * are unknown. The label is only a hint. Why: the client chooses its user agent freely.
 *
 * Accepts every user agent without throwing. A label holds only letters, digits, blanks and `.`, `_`, `+`, `-`.
 */
export function deviceOf(userAgent: string | null): string | null {
  if (userAgent === null || userAgent.trim() === '') return null
  const { browser, os } = parse(userAgent.slice(0, MAX_ORIGIN_LENGTH))
  if (browser !== undefined && os !== undefined) return `${browser} on ${os}`
  return browser ?? os ?? null
}

function parse(userAgent: string): { browser: string | undefined; os: string | undefined } {
  try {
    const parser = Bowser.getParser(userAgent, true)
    return { browser: label(parser.getBrowserName()), os: label(parser.getOSName()) }
  } catch {
    return { browser: undefined, os: undefined }
  }
}

/** Returns a name of safe characters. Why: for an unknown browser, the library copies the name from the user agent. */
function label(name: unknown): string | undefined {
  return typeof name === 'string' && /^[a-z0-9][\w .+-]{0,29}$/i.test(name) ? name : undefined
}
