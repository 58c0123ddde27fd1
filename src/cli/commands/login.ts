import type { Command } from 'commander'
import { misused, refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { explainLogin } from '../explain-login.ts'
import { write } from '../output.ts'
import { PASSWORD_STDIN, readPresentPassword } from '../read-password.ts'
import { printTable } from '../table.ts'
import { quoted } from '../user-output.ts'
import { withSources } from '../with-sources.ts'

export function addLogin(program: Command): void {
  program
    .command('login')
    .description('show what every source says to a login; signs nobody in')
    .argument('<username>', 'as it is typed at login')
    .option('--explain', 'must be there: nothing but an explanation is to be had here')
    .option(...PASSWORD_STDIN)
    .addHelpText('after', examples('ostiary login bob --explain', 'ostiary login bob@corp --explain'))
    .action((username: string, { explain, passwordStdin }: { explain?: true; passwordStdin?: true }) => {
      if (!explain) {
        throw misused(
          'Nobody signs in here. With --explain this shows what every source says to such a login, and why.',
        )
      }
      return withSources(program, async (loaded) => {
        const password = await readPresentPassword({ given: undefined, fromStdin: passwordStdin })
        const { result, trail, facts, reason } = await explainLogin({ username, password }, loaded)
        await printTable(
          ['source', 'outcome', 'milliseconds', 'reason'],
          trail.map((step) => [step.source, step.outcome, String(step.milliseconds), step.reason ?? '']),
          'No source was asked.',
        )
        if (facts) {
          await write('\n')
          await printTable(['result', result], Object.entries(facts), '')
        }
        if (result === 'accepted') return
        const why = reason === undefined ? '' : ` (${reason})`
        throw refused(
          result === 'refused'
            ? `${quoted(username)} would be refused${why}.`
            : `${quoted(username)} could not be checked now${why}. That says nothing about the password.`,
        )
      })
    })
}
