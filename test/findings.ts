import type { DiagnosticContext, UserSource } from 'ostiary'

/** What a source finds out about itself, a line each: `warning: …`. */
export async function findingsOf(
  source: UserSource,
  { signal = AbortSignal.timeout(20_000), roleNames = [], warnBeforeMs = 1000 }: Partial<DiagnosticContext> = {},
): Promise<string[]> {
  const lines: string[] = []
  for await (const { level, what } of source.check?.({ signal, roleNames, warnBeforeMs }) ?? [])
    lines.push(`${level}: ${what}`)
  return lines
}
