import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { addSourcesCheck } from './sources-check.ts'
import { addSourcesList } from './sources-list.ts'

export function addSources(program: Command): void {
  const sources = program
    .command('sources')
    .description('list the sources where people live, and check them')
    .addHelpText('after', examples('ostiary sources', 'ostiary sources check'))
  addSourcesList(program, sources)
  addSourcesCheck(program, sources)
}
