import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { type Duration, toMilliseconds } from '../../duration.ts'
import type { Diagnostic, DiagnosticContext, UserSource } from '../../index.ts'
import { reasonOf } from '../../reason-of.ts'
import { askSource, lookUp, type SourceAnswer } from '../ask-source.ts'
import { misused, refused, worthALook } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { inspectSource } from '../inspect-source.ts'
import { printJson } from '../json.ts'
import { printTable } from '../table.ts'
import { withSources } from '../with-sources.ts'

export function addSourcesCheck(program: Command, sources: Command): void {
  sources
    .command('check')
    .description(
      'make every source ready, ask it for somebody who is not there, and have it inspect itself: exit code 1 when one fails, 3 when one has a warning',
    )
    .option('--warn-before <duration>', 'warn of certificates that expire within this time, such as 14d', '30d')
    .option('--json', 'as a JSON array')
    .addHelpText(
      'after',
      examples('ostiary sources check', 'ostiary sources check --warn-before 14d', 'ostiary sources check --json'),
    )
    .action(({ json, warnBefore }: { json?: true; warnBefore: string }) => {
      const warnBeforeMs = readDuration(warnBefore)
      return withSources(program, async ({ auth }) => {
        const inspection = { roleNames: auth.roles.map(({ name }) => name), warnBeforeMs }
        const checks = await Promise.all(auth.sources.map((source) => checkSource(source, inspection)))
        if (json) await printJson(checks)
        else await printTable(HEAD, checks.flatMap(toRows), 'The application has no sources.')
        const inState = (wanted: Check['state']) =>
          checks.filter(({ state }) => state === wanted).map(({ source }) => source)
        const [failed, doubtful] = [inState('failed'), inState('warning')]
        if (failed.length > 0) throw refused(`Not in order: ${failed.join(', ')}.`)
        if (doubtful.length > 0) throw worthALook(`Worth a look: ${doubtful.join(', ')}.`)
      })
    })
}

const HEAD = ['source', 'state', 'milliseconds', 'reason']

interface Check {
  readonly source: string
  /** `unchecked`: the source has no question that works without a password. */
  readonly state: 'ok' | 'warning' | 'failed' | 'unchecked'
  readonly milliseconds: number | null
  readonly reason: string | null
  readonly findings: readonly Diagnostic[]
}

async function checkSource(source: UserSource, inspection: Omit<DiagnosticContext, 'signal'>): Promise<Check> {
  const { name, lookup } = source
  const asked = await ask(source)
  const findings = await inspectSource(source, inspection)
  const what = (level: Diagnostic['level']) => findings.find((finding) => finding.level === level)?.what
  const answer = { source: name, milliseconds: asked?.milliseconds ?? null, findings }
  const failure = asked?.failure ?? what('error')
  if (failure !== undefined) return { ...answer, state: 'failed', reason: failure }
  const doubt = what('warning')
  if (doubt !== undefined) return { ...answer, state: 'warning', reason: doubt }
  if (!asked && findings.length === 0) return { ...answer, state: 'unchecked', reason: 'it looks nobody up' }
  // Being ready may only mean that a driver was loaded. The reason says so, to keep it apart from an answer.
  const unasked = !lookup && findings.length === 0
  return { ...answer, state: 'ok', reason: unasked ? 'ready, and not asked: it looks nobody up' : null }
}

/** Asks the source about a made-up user. Every answer is a success; only an outage is a failure. */
async function ask(source: UserSource): Promise<SourceAnswer<unknown> | undefined> {
  if (source.lookup) return lookUp(source, `nobody-${randomBytes(6).toString('hex')}`)
  if (source.ready) return askSource(source, async () => source.ready?.())
  return undefined
}

function readDuration(text: string): number {
  try {
    return toMilliseconds(text as Duration, '--warn-before')
  } catch (error) {
    throw misused(reasonOf(error))
  }
}

/** Returns a row for the source, and one for each finding that the first row leaves out. */
function toRows({ source, state, milliseconds, reason, findings }: Check): string[][] {
  const more = findings.filter(({ what }) => what !== reason).map(({ level, what }) => ['', level, '', what])
  return [[source, state, milliseconds === null ? '-' : String(milliseconds), reason ?? ''], ...more]
}
