import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/**
 * Colours text for a stream that takes colours. A terminal does, unless `NO_COLOR` or `NODE_DISABLE_COLORS` is set.
 * `FORCE_COLOR` makes every stream take colours.
 */
export function paint(format: Format, text: string, stream: NodeJS.WriteStream): string {
  return styleText(format, text, { stream })
}

/** Colours words that name a state. */
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
