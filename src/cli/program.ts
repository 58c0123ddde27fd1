import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addAdd } from './commands/add.ts'
import { addAssignments } from './commands/assignments.ts'
import { addDelete } from './commands/delete.ts'
import { addDisable } from './commands/disable.ts'
import { addEnable } from './commands/enable.ts'
import { addExport } from './commands/export.ts'
import { addForget } from './commands/forget.ts'
import { addHome } from './commands/home.ts'
import { addImport } from './commands/import.ts'
import { addListUsers } from './commands/list-users.ts'
import { addLogin } from './commands/login.ts'
import { addNote } from './commands/note.ts'
import { addRoles } from './commands/roles.ts'
import { addSecret } from './commands/secret.ts'
import { addSessions } from './commands/sessions.ts'
import { addSetPassword } from './commands/set-password.ts'
import { addSetRoles } from './commands/set-roles.ts'
import { addSetSuperuser } from './commands/set-superuser.ts'
import { addShow } from './commands/show.ts'
import { addSources } from './commands/sources.ts'
import { addThrottle } from './commands/throttle.ts'
import { addVerifyPassword } from './commands/verify-password.ts'
import { examples } from './examples.ts'

/** The whole command line, with commands in the order of its help. Throws instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('ostiary')
    .description('Users, roles and sessions of an application that Ostiary guards.')
    .version(packageVersion())
    .option('--config <file>', "the application's configuration: its default export is the Auth")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride()
    .addHelpText(
      'after',
      `
Users are looked for where the first of these says:
  --config <file>
  ostiary.config.ts, .js or .mjs in the working directory
  OSTIARY_DATABASE_URL, such as sqlite:users.db
${examples('ostiary add admin --superuser', 'ostiary list-users', 'ostiary add --help')}
Exit codes: 0 done, 1 refused, 2 used wrongly. OSTIARY_DEBUG=1 shows where an error comes from.`,
    )
  const commands = [
    addAdd,
    addDelete,
    addListUsers,
    addShow,
    addSetPassword,
    addVerifyPassword,
    addSetRoles,
    addSetSuperuser,
    addDisable,
    addEnable,
    addNote,
    addAssignments,
    addForget,
    addImport,
    addExport,
    addRoles,
    addSources,
    addHome,
    addLogin,
    addSessions,
    addThrottle,
    addSecret,
  ]
  for (const add of commands) add(program)
  return program
}

function packageVersion(): string {
  // As far from `src/cli` as from `dist/chunks`.
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
