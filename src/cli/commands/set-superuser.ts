import { Argument, type Command } from 'commander'
import { examples } from '../examples.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import { say } from '../output.ts'
import { quoted } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

export function addSetSuperuser(program: Command): void {
  program
    .command('set-superuser')
    .description('allow a user everything whatever the roles, or no longer')
    .argument('<username>')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .addHelpText('after', examples('ostiary set-superuser bob on'))
    .action((username: string, state: 'on' | 'off') =>
      withUsers(program, async (users, loaded) => {
        await users.setSuperuser(username, state === 'on')
        await say(`${quoted(username)} is ${state === 'on' ? 'a' : 'no'} superuser now.`)
        noteLiveSessions(loaded, 'account')
      }),
    )
}
