import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import { say } from '../output.ts'
import { quoted } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

export function addDisable(program: Command): void {
  program
    .command('disable')
    .description('keep a user, let nobody in as that user, and sign the user out everywhere')
    .argument('<username>')
    .addHelpText('after', examples('ostiary disable bob'))
    .action((username: string) =>
      withUsers(program, async (users, loaded) => {
        await users.disable(username)
        await say(`Disabled the user ${quoted(username)}.`)
        noteLiveSessions(loaded, 'account')
      }),
    )
}
