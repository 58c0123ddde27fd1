import type { Command } from 'commander'
import { misused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { write } from '../output.ts'
import { printTable } from '../table.ts'
import { withAuth } from '../with-auth.ts'

export function addRoles(program: Command): void {
  program
    .command('roles')
    .description('show which role brings which permission')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary roles'))
    .action(({ json }: { json?: true }) =>
      withAuth(program, async ({ auth: { roles, permissions }, knowsRoles }) => {
        if (!knowsRoles) {
          throw misused('Roles are declared in code, not in the database: this needs a configuration. See --help.')
        }
        if (json) {
          const namesOnly = roles.map((role) => ({ ...role, permissions: role.permissions.map(({ name }) => name) }))
          return printJson({ roles: namesOnly, permissions })
        }
        await printTable(
          ['role', 'description'],
          roles.map(({ name, description }) => [name, description]),
          'The code declares no roles.',
        )
        await write('\n')
        await printTable(
          ['permission', 'description', ...roles.map(({ name }) => name)],
          permissions.map((permission) => [
            permission.name,
            permission.description,
            ...roles.map((role) => (role.permissions.includes(permission) ? 'yes' : '-')),
          ]),
          'The code declares no permissions.',
        )
      }),
    )
}
