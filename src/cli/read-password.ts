import { askHidden, canAsk } from './ask.ts'
import { misused, refused } from './cli-error.ts'
import { readFirstLine } from './first-line.ts'
import { note } from './output.ts'

/** The ways to pass a password. */
export interface PasswordInput {
  /** From the command line. */
  readonly given: string | undefined
  readonly fromStdin: boolean | undefined
}

/** Returns a password to set. A terminal asks for it twice. @throws {CliError} when no password is available. */
export function readNewPassword(input: PasswordInput): Promise<string> {
  return readPassword(input, async () => {
    const [first = '', second] = await askHidden(['New password: ', 'Once more: '])
    if (first !== second) throw refused('The two passwords differ. Nothing was changed.')
    return first
  })
}

/** Returns a password to check. */
export function readPresentPassword(input: PasswordInput): Promise<string> {
  return readPassword(input, async () => {
    const [password = ''] = await askHidden(['Password: '])
    return password
  })
}

/** The option that reads a password from standard input. */
export const PASSWORD_STDIN = ['--password-stdin', 'read the password from the first line of standard input'] as const

async function readPassword({ given, fromStdin }: PasswordInput, askForIt: () => Promise<string>): Promise<string> {
  if (given !== undefined && fromStdin) {
    throw misused(
      'The password comes from the command line or from --password-stdin, not from both. (Roles without a password are given with --roles.)',
    )
  }
  if (given !== undefined) {
    note(
      'Warning: other users of this machine can see a password on the command line, and the history of the shell keeps it. ' +
        'Leave it out to be asked for it, or use --password-stdin.',
    )
    return given
  }
  if (canAsk()) return askForIt()
  if (fromStdin) return readFirstLine(process.stdin)
  throw misused(
    'There is no terminal to ask for the password on. Use --password-stdin: printf %s "$PASSWORD" | ostiary … --password-stdin',
  )
}
