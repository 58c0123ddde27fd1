import { ConfigurationError } from './errors.ts'

/**
 * A length of time in configuration: seconds, or a number with its unit (`'500ms'`, `'30s'`, `'15m'`, `'12h'`,
 * `'30d'`).
 */
export type Duration = number | `${number}${Unit}`

type Unit = keyof typeof UNITS

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Reads a duration as milliseconds.
 *
 * @throws {ConfigurationError} unless it is a positive, finite length of time. `setting` is its name in the message.
 */
export function toMilliseconds(duration: Duration, setting: string): number {
  const milliseconds = typeof duration === 'number' ? duration * 1000 : parse(duration)
  if (Number.isFinite(milliseconds) && milliseconds > 0) return milliseconds
  throw new ConfigurationError(
    `${setting} must be a positive length of time: seconds, or a text such as '90s', '15m', '12h' or '30d'. It is ${JSON.stringify(duration)}.`,
  )
}

function parse(text: unknown): number {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) : null
  return match ? Number(match[1]) * UNITS[match[2] as Unit] : Number.NaN
}
