import type { Command } from 'commander'
import { UserNotFoundError } from '../../index.ts'
import { assertConfirmed, YES } from '../ask.ts'
import { examples } from '../examples.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import { say } from '../output.ts'
import { quoted } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

export function addDelete(program: Command): void {
  program
    .command('delete')
    .description('delete a user, and sign the user out everywhere')
    .argument('<username>')
    .option(...YES)
    .addHelpText('after', examples('ostiary delete bob'))
    .action((username: string, { yes }: { yes?: true }) =>
      withUsers(program, async (users, loaded) => {
        const user = await users.get(username)
        if (!user) throw new UserNotFoundError(`There is no user ${quoted(username)}.`)
        const question = `Delete the user ${quoted(user.username)}?`
        await assertConfirmed(yes, { question, otherwise: 'Nothing was deleted.' })
        await users.delete(username)
        await say(`Deleted the user ${quoted(user.username)}.`)
        noteLiveSessions(loaded, 'account')
      }),
    )
}
