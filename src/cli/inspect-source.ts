import { type Duration, toMilliseconds } from '../duration.ts'
import type { Diagnostic, DiagnosticContext, UserSource } from '../index.ts'
import { askSource } from './ask-source.ts'

/** Has a source inspect itself, as far as it can, and no longer than that may take. What it throws is an error. */
export async function inspectSource(
  source: UserSource,
  { roleNames, warnBeforeMs }: Omit<DiagnosticContext, 'signal'>,
): Promise<readonly Diagnostic[]> {
  const findings: Diagnostic[] = []
  const { failure } = await askSource({ deadline: timeFor(source) }, async (signal) => {
    for await (const found of source.check?.({ signal, roleNames, warnBeforeMs }) ?? []) {
      if (signal.aborted) return
      findings.push(readFinding(found))
    }
  })
  return failure === undefined ? findings : [...findings, { level: 'error', what: failure }]
}

/** More than for a login: there is more to ask. */
function timeFor({ deadline = LEAST }: UserSource): Duration {
  return toMilliseconds(deadline, 'deadline') > toMilliseconds(LEAST, 'deadline') ? deadline : LEAST
}

const LEAST: Duration = '10s'

/** Of a source of anybody's own: what is no finding is a fault of the source. */
function readFinding(found: unknown): Diagnostic {
  const { level, what } = (found ?? {}) as Partial<Diagnostic>
  if ((level === 'ok' || level === 'warning' || level === 'error') && typeof what === 'string') return { level, what }
  return { level: 'error', what: 'its check says something that is no finding' }
}
