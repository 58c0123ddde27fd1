import type { Command } from 'commander'
import type { UserSource } from '../../index.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { printTable } from '../table.ts'
import { withSources } from '../with-sources.ts'

export function addSourcesList(program: Command, sources: Command): void {
  sources
    .command('list', { isDefault: true })
    .description('list the sources in the order in which they are asked')
    .option('--json', 'as a JSON array')
    .addHelpText('after', examples('ostiary sources', 'ostiary sources list --json'))
    .action(({ json }: { json?: true }) =>
      withSources(program, async ({ auth }) => {
        const circuits = new Map(auth.health().sources.map(({ source, circuit }) => [source, circuit]))
        const all = auth.sources.map((source) => ({ ...rulesOf(source), circuit: circuits.get(source.name) ?? '' }))
        if (json) return printJson(all)
        await printTable(HEAD, all.map(toRow), 'The application has no sources.')
      }),
    )
}

const HEAD = ['name', 'realm', 'authoritative', 'onUnavailable', 'deadline', 'lookup', 'circuit']

/** Returns the rules of a source. Null stands for the default. */
function rulesOf({ name, realm, authoritative = false, onUnavailable, deadline, lookup }: UserSource) {
  return {
    name,
    realm: realm ?? null,
    authoritative,
    onUnavailable: onUnavailable ?? null,
    deadline: typeof deadline === 'number' ? `${deadline}s` : (deadline ?? null),
    lookup: lookup !== undefined,
  }
}

function toRow(source: ReturnType<typeof rulesOf> & { readonly circuit: string }): string[] {
  const { name, realm, authoritative, onUnavailable, deadline, lookup, circuit } = source
  const yesOrNo = (is: boolean) => (is ? 'yes' : 'no')
  return [
    name,
    realm ?? '-',
    yesOrNo(authoritative),
    onUnavailable ?? 'default',
    deadline ?? 'default',
    yesOrNo(lookup),
    circuit,
  ]
}
