import type { Command } from 'commander'
import { UserExistsError } from '../../index.ts'
import { misused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import type { LoadedAuth } from '../load-auth.ts'
import { say } from '../output.ts'
import { PASSWORD_STDIN, readNewPassword } from '../read-password.ts'
import { readRoleNames } from '../role-names.ts'
import { quoted } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

interface AddOptions {
  readonly roles?: string
  readonly superuser?: true
  readonly description?: string
  readonly passwordStdin?: true
  /** False with `--no-password`. */
  readonly password: boolean
}

export function addAdd(program: Command): void {
  program
    .command('add')
    .description('add a user')
    .argument('<username>')
    .argument('[password]', 'asked for when it is left out')
    .argument('[roles]', 'names of roles, separated by commas')
    .option('--roles <roles>', 'the same, without a password before it')
    .option('--superuser', 'allowed everything, whatever the roles')
    .option('--description <text>', 'who this is')
    .option(...PASSWORD_STDIN)
    .option('--no-password', 'nobody can sign in as this user until a password is set')
    .addHelpText(
      'after',
      examples(
        'ostiary add bob --roles Viewer,User',
        'ostiary add admin s3cret-enough "Administrator,User"',
        'pass show bob | ostiary add bob --password-stdin',
      ),
    )
    .action((username: string, given: string | undefined, listed: string | undefined, options: AddOptions) =>
      withUsers(program, async (users, loaded) => {
        if (listed !== undefined && options.roles !== undefined) throw misused('Give the roles once, not twice.')
        const roles = readRoleNames(listed ?? options.roles ?? '', loaded)
        if (given !== undefined && listed === undefined) assertNoRoles(given, loaded)
        // Checked before the user types a password in vain.
        if (await users.get(username)) throw new UserExistsError(`There is a user ${quoted(username)} already.`)

        const password = await passwordOfNewUser(given, options)
        const { superuser = false, description = '' } = options
        const user = await users.add({
          username,
          roles,
          superuser,
          description,
          ...(password === undefined ? {} : { password }),
        })
        await say(`Added the user ${quoted(user.username)}.`)
      }),
    )
}

async function passwordOfNewUser(
  given: string | undefined,
  { password: wanted, passwordStdin }: AddOptions,
): Promise<string | undefined> {
  if (wanted) return readNewPassword({ given, fromStdin: passwordStdin })
  if (given === undefined && !passwordStdin) return undefined
  throw misused('There is a password, and --no-password says that there is none.')
}

/** Refuses role names in place of the password. Why: `ostiary add bob Viewer` would make `Viewer` bob's password. */
function assertNoRoles(password: string, { auth }: LoadedAuth): void {
  const names = password.split(',').map((name) => name.trim())
  if (names.every((name) => auth.roles.some((role) => role.name === name))) {
    throw misused('The second argument is the password, and this one names roles. Use --roles for them.')
  }
}
