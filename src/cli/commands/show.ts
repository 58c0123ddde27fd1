import type { Command } from 'commander'
import { type ManagedUser, UserNotFoundError } from '../../index.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import type { LoadedAuth } from '../load-auth.ts'
import { showTime } from '../show-time.ts'
import { printTable } from '../table.ts'
import { quoted, userJson, userStatus } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

export function addShow(program: Command): void {
  program
    .command('show')
    .description('show a user')
    .argument('<username>')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary show bob'))
    .action((username: string, { json }: { json?: true }) =>
      withUsers(program, async (users, loaded) => {
        const user = await users.get(username)
        if (!user) throw new UserNotFoundError(`There is no user ${quoted(username)}.`)
        if (json) return printJson(userJson(user, users))
        await printTable(['user', user.username], Object.entries(facts(user, users.name, loaded)), '')
      }),
    )
}

function facts(user: ManagedUser, source: string, { auth, knowsRoles }: LoadedAuth): Record<string, string> {
  return {
    description: user.description,
    roles: user.roles.join(', '),
    ...(knowsRoles && { permissions: permissionNames(user, auth).join(', ') }),
    status: userStatus(user),
    created: showTime(user.createdAt),
    id: `${source}:${user.id}`,
    properties: JSON.stringify(user.properties),
  }
}

function permissionNames({ roles, superuser }: ManagedUser, auth: LoadedAuth['auth']): readonly string[] {
  if (superuser) return ['all']
  const held = auth.roles.filter((role) => roles.includes(role.name))
  return [...new Set(held.flatMap((role) => role.permissions.map((permission) => permission.name)))]
}
