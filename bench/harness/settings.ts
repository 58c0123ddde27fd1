import { parseArgs } from 'node:util'

/** How thorough a run is. */
export interface Settings {
  readonly full: boolean
  /** Whether docs/performance.md is written anew. */
  readonly write: boolean
  /** Which measurements are taken; all of them when there is none. */
  readonly only: readonly string[]
}

export const USAGE = `Usage: npm run bench -- [--write] [measurement ...]
       npm run bench:full -- [--write] [measurement ...]

  --full    takes longer, more people and further measurements
  --write   writes docs/performance.md and its charts
  --help    says this`

/** @throws {TypeError} when an option is not known. */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const options = { full: { type: 'boolean' }, write: { type: 'boolean' }, help: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  if (values.help) return 'help'
  return { full: values.full ?? false, write: values.write ?? false, only: positionals }
}
