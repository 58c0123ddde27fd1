import { type Duration, toMilliseconds } from '../duration.ts'
import type { Diagnostic, DiagnosticContext, UserSource } from '../index.ts'
import { askSource } from './ask-source.ts'

/** Lets a source inspect itself, within a time limit. An exception becomes a finding of the level `error`. */
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

/** Returns the time limit of an inspection: at least 10 s, because an inspection asks more than a login. */
function timeFor({ deadline = LEAST }: UserSource): Duration {
  return toMilliseconds(deadline, 'deadline') > toMilliseconds(LEAST, 'deadline') ? deadline : LEAST
}

const LEAST: Duration = '10s'

/** Reads a finding of a source that anyone may have written. An invalid finding is an error of the source. */
function readFinding(found: unknown): Diagnostic {
  const { level, what } = (found ?? {}) as Partial<Diagnostic>
  if ((level === 'ok' || level === 'warning' || level === 'error') && typeof what === 'string') return { level, what }
  return { level: 'error', what: 'its check says something that is no finding' }
}
