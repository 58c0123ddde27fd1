import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { write } from '../output.ts'
import { printTable } from '../table.ts'
import { withRoles } from '../with-roles.ts'

export function addRolesList(roles: Command): void {
  roles
    .command('list', { isDefault: true })
    .description('list all roles, and which permission each of them brings')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary roles list', 'ostiary roles list --json'))
    .action(({ json }: { json?: true }) =>
      withRoles(roles, async ({ auth: { roles, permissions } }) => {
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
