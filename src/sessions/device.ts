import Bowser from 'bowser'
import { MAX_ORIGIN_LENGTH } from './session-store.ts'

/**
 * A short label for what a request was made with, such as "Firefox on Linux", for people who look at a list of sessions.
 * Null when that is not known. Whoever makes a request says what it is made with: a label is a hint, and no proof.
 *
 * Never throws, and holds nothing but letters, digits, blanks and `.`, `_`, `+`, `-`, whatever the user agent holds.
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

/** Of a browser that the library does not know, it takes the name out of the user agent, and so from anybody. */
function label(name: unknown): string | undefined {
  return typeof name === 'string' && /^[a-z0-9][\w .+-]{0,29}$/i.test(name) ? name : undefined
}
