import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import type { UserSource } from '../../index.ts'
import { askSource, lookUp, type SourceAnswer } from '../ask-source.ts'
import { refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { printTable } from '../table.ts'
import { withSources } from '../with-sources.ts'

export function addSourcesCheck(program: Command, sources: Command): void {
  sources
    .command('check')
    .description('make every source ready and ask it for somebody who is not there: exit code 1 when one fails')
    .option('--json', 'as a JSON array')
    .addHelpText('after', examples('ostiary sources check', 'ostiary sources check --json'))
    .action(({ json }: { json?: true }) =>
      withSources(program, async ({ auth }) => {
        const checks = await Promise.all(auth.sources.map(checkSource))
        if (json) await printJson(checks)
        else await printTable(HEAD, checks.map(toRow), 'The application has no sources.')
        const failed = checks.filter(({ state }) => state === 'failed').map(({ source }) => source)
        if (failed.length > 0) throw refused(`Not in order: ${failed.join(', ')}.`)
      }),
    )
}

const HEAD = ['source', 'state', 'ms', 'reason']

interface Check {
  readonly source: string
  /** `unchecked`: there is nothing that could be asked without a password. */
  readonly state: 'ok' | 'failed' | 'unchecked'
  readonly milliseconds: number | null
  readonly reason: string | null
}

async function checkSource(source: UserSource): Promise<Check> {
  const asked = await ask(source)
  const { name } = source
  if (!asked) return { source: name, state: 'unchecked', milliseconds: null, reason: 'it looks nobody up' }
  const { failure, milliseconds } = asked
  if (failure !== undefined) return { source: name, state: 'failed', milliseconds, reason: failure }
  // Being ready may be no more than having loaded a driver: nobody should take it for an answer.
  const reason = source.lookup ? null : 'ready, and not asked: it looks nobody up'
  return { source: name, state: 'ok', milliseconds, reason }
}

/** Whatever it says of this person, it answers: only an outage is a failure. */
async function ask(source: UserSource): Promise<SourceAnswer<unknown> | undefined> {
  if (source.lookup) return lookUp(source, `nobody-${randomBytes(6).toString('hex')}`)
  if (source.ready) return askSource(source, async () => source.ready?.())
  return undefined
}

function toRow({ source, state, milliseconds, reason }: Check): string[] {
  return [source, state, milliseconds === null ? '-' : String(milliseconds), reason ?? '']
}
