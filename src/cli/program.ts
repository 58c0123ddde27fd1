import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { addAssignments } from './commands/assignments.ts'
import { addCompletion } from './commands/completion.ts'
import { addExport } from './commands/export.ts'
import { addHome } from './commands/home.ts'
import { addImport } from './commands/import.ts'
import { addInit } from './commands/init.ts'
import { addLinks } from './commands/links.ts'
import { addLogin } from './commands/login.ts'
import { addRoles } from './commands/roles.ts'
import { addSecondFactor } from './commands/second-factor.ts'
import { addSecret } from './commands/secret.ts'
import { addSessions } from './commands/sessions.ts'
import { addSources } from './commands/sources.ts'
import { addThrottle } from './commands/throttle.ts'
import { addTokens } from './commands/tokens.ts'
import { addShortNames, addUsers } from './commands/users.ts'
import { examples } from './examples.ts'
import { loadEnvironment } from './load-environment.ts'
import { OstiaryCommand } from './ostiary-command.ts'

/** Makes the whole command line, with commands in the order of its help. Throws instead of ending the process. */
export function createProgram(): Command {
  const program: Command = new OstiaryCommand('ostiary')
    .description('Users, roles and sessions of an application that Ostiary guards.')
    // `-V` is left out. Why: a password that begins with it would print the version, and end with exit code 0.
    .version(packageVersion(), '--version')
    .option('--config <file>', "the application's configuration: its default export is the Auth")
    .option('--env-file <file>', 'read variables from this file, not from .env; the environment comes first')
    .configureHelp({ ...new OstiaryCommand().configureHelp(), showGlobalOptions: true })
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride()
    .hook('preAction', (called) => loadEnvironment(called.opts<{ envFile?: string }>().envFile))
    .addHelpText(
      'after',
      `
Users are looked for where the first of these says:
  --config <file>
  ostiary.config.ts, .js or .mjs in the working directory
  OSTIARY_DATABASE_URL, such as sqlite:users.db
${examples('ostiary init', 'ostiary users add admin --superuser', 'ostiary users list', 'ostiary users add --help')}
Exit codes:
${EXIT_CODES.map(([code, meaning]) => `  ${code.padEnd(3)}  ${meaning}`).join('\n')}
OSTIARY_DEBUG=1 shows where an error comes from.`,
    )
    .addHelpText('afterAll', ({ command }) =>
      command.parent === null || hasOwnCodes(command) ? '' : EXIT_CODES_IN_SHORT,
    )
  for (const [heading, adders] of GROUPS) {
    program.commandsGroup(heading)
    for (const add of adders) add(program)
  }
  return program
}

const GROUPS: readonly (readonly [heading: string, adders: readonly ((program: Command) => void)[]])[] = [
  ['To begin:', [addInit, addCompletion]],
  ['People:', [addUsers, addAssignments, addHome]],
  ['Signing in:', [addSessions, addThrottle, addLogin, addSecondFactor, addTokens, addLinks]],
  ['The application:', [addRoles, addSources, addSecret]],
  ['Moving users:', [addImport, addExport]],
  ['Short for `users …`:', [addShortNames]],
]

const EXIT_CODES = [
  ['0', 'done; the password is right'],
  ['1', 'refused or failed: no such user, name taken, wrong password, a source that fails'],
  ['2', 'used wrongly: unknown option, no configuration, no terminal to ask on and no --yes'],
  ['3', 'done, and somebody should look at what was found: warnings, rejects of an import'],
  ['9', 'Node found no file that --env-file names'],
  ['130', 'ended by Ctrl-C'],
] as const

const EXIT_CODES_IN_SHORT =
  '\nExit codes: 0 done, 1 refused or failed, 2 used wrongly, 3 done and worth a look, 130 ended by Ctrl-C.'

/** True for a command whose help lists its exit codes already. */
function hasOwnCodes(command: Command): boolean {
  return command.name() === 'import'
}

function packageVersion(): string {
  // The path is the same from `src/cli` and from `dist/chunks`.
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
