import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { say } from '../output.ts'
import { quoted } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

export function addEnable(program: Command): void {
  program
    .command('enable')
    .description('let a disabled user in again')
    .argument('<username>')
    .addHelpText('after', examples('ostiary enable bob'))
    .action((username: string) =>
      withUsers(program, async (users) => {
        await users.enable(username)
        await say(`Enabled the user ${quoted(username)}.`)
      }),
    )
}
