import type { Command } from 'commander'
import { refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { printTable } from '../table.ts'
import { quoted } from '../user-output.ts'
import { withRoles } from '../with-roles.ts'

export function addRolesShow(roles: Command): void {
  roles
    .command('show')
    .description('show one role and its permissions')
    .argument('<role>')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary roles show Viewer'))
    .action((name: string, { json }: { json?: true }) =>
      withRoles(roles, async ({ auth }) => {
        const role = auth.roles.find((each) => each.name === name)
        if (!role) {
          const names = auth.roles.map((each) => each.name).join(', ')
          throw refused(`There is no role ${quoted(name)}. The roles are: ${names || 'none'}.`)
        }
        const permissions = role.permissions.map((permission) => permission.name)
        const { description } = role
        if (json) return printJson({ name, description, permissions })
        const facts = { description, permissions: permissions.join(', ') }
        await printTable(['name', name], Object.entries(facts), '')
      }),
    )
}
