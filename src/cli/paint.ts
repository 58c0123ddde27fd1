import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/**
 * Colours text where a stream takes colours: on a terminal, unless `NO_COLOR` or `NODE_DISABLE_COLORS` is set, and
 * wherever `FORCE_COLOR` asks for them.
 */
export function paint(format: Format, text: string, stream: NodeJS.WriteStream): string {
  return styleText(format, text, { stream })
}

/** Colours words that say how something stands. */
export function paintState(text: string, stream: NodeJS.WriteStream): string {
  const format = STATES.get(text)
  return format === undefined ? text : paint(format, text, stream)
}

const STATES = new Map<string, Format>([
  ...(['ok', 'accepted', 'closed'] as const).map((state): [string, Format] => [state, 'green']),
  ...(['warning', 'delayed', 'unavailable', 'unchecked'] as const).map((state): [string, Format] => [state, 'yellow']),
  ...(['failed', 'error', 'refused', 'rejected', 'blocked', 'disabled', 'open'] as const).map(
    (state): [string, Format] => [state, 'red'],
  ),
])
