import type { Command } from 'commander'
import { refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { say } from '../output.ts'
import { quoted } from '../user-output.ts'
import { withHome } from '../with-home.ts'

export function addHomeForget(program: Command, home: Command): void {
  home
    .command('forget')
    .description('forget which source a user name belongs to: the next login says it again')
    .argument('<username>', 'as it is typed at login')
    .addHelpText('after', examples('ostiary home forget bob'))
    .action((username: string) =>
      withHome(program, username, async (homes, name) => {
        if (!(await homes.forget(name))) throw refused(`No source is remembered for ${quoted(username)}.`)
        await say(`Forgot which source ${quoted(username)} belongs to.`)
      }),
    )
}
