import type { Command } from 'commander'
import { UserNotFoundError } from '../../index.ts'
import { examples } from '../examples.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import { say } from '../output.ts'
import { PASSWORD_STDIN, readNewPassword } from '../read-password.ts'
import { quoted } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

export function addSetPassword(program: Command): void {
  program
    .command('set-password')
    .description("change a user's password, and sign the user out everywhere")
    .argument('<username>')
    .argument('[new-password]', 'asked for when it is left out')
    .option(...PASSWORD_STDIN)
    .addHelpText(
      'after',
      examples('ostiary set-password bob', 'pass show bob | ostiary set-password bob --password-stdin'),
    )
    .action((username: string, given: string | undefined, { passwordStdin }: { passwordStdin?: true }) =>
      withUsers(program, async (users, loaded) => {
        // Checked before the user types a password in vain.
        if (!(await users.get(username))) throw new UserNotFoundError(`There is no user ${quoted(username)}.`)
        await users.setPassword(username, await readNewPassword({ given, fromStdin: passwordStdin }))
        await say(`Changed the password of ${quoted(username)}.`)
        noteLiveSessions(loaded, 'password')
      }),
    )
}
