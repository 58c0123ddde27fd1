import type { Command } from 'commander'
import { refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { say } from '../output.ts'
import { PASSWORD_STDIN, readPresentPassword } from '../read-password.ts'
import { quoted } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

export function addVerifyPassword(program: Command): void {
  program
    .command('verify-password')
    .description("say whether this is the user's password: exit code 0 if it is, 1 if not")
    .argument('<username>')
    .argument('[password]', 'asked for when it is left out')
    .option(...PASSWORD_STDIN)
    .addHelpText('after', examples('ostiary verify-password bob'))
    .action((username: string, given: string | undefined, { passwordStdin }: { passwordStdin?: true }) =>
      withUsers(program, async (users) => {
        const password = await readPresentPassword({ given, fromStdin: passwordStdin })
        if (!(await users.verifyPassword(username, password)))
          throw refused(`That is not the password of ${quoted(username)}.`)
        await say(`That is the password of ${quoted(username)}.`)
      }),
    )
}
