import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { addSessionsList } from './sessions-list.ts'
import { addSessionsRevoke } from './sessions-revoke.ts'

export function addSessions(program: Command): void {
  const sessions = program
    .command('sessions')
    .description('list and end sessions')
    .addHelpText('after', examples('ostiary sessions list', 'ostiary sessions revoke --user bob'))
  addSessionsList(program, sessions)
  addSessionsRevoke(program, sessions)
}
