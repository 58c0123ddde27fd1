import { type Command, Option } from 'commander'
import type { ManagedUser } from '../../index.ts'
import { everyUser } from '../every-user.ts'
import { examples } from '../examples.ts'
import { printJsonArray } from '../json.ts'
import { keepMemorySmall } from '../keep-memory-small.ts'
import { chosen, LIMIT } from '../list-options.ts'
import { mapEach } from '../map-each.ts'
import { showTime } from '../show-time.ts'
import { printTable } from '../table.ts'
import { userJson, userStatus } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

interface ListOptions {
  readonly role?: string
  readonly name?: string
  readonly disabled?: true
  readonly enabled?: true
  readonly superuser?: true
  readonly limit?: number
  readonly json?: true
}

export function addListUsers(program: Command, name = 'list-users'): void {
  program
    .command(name)
    .description('list users, by name: all of them, or those for whom every option holds')
    .option('--role <role>', 'who have this role')
    .option('--name <text>', 'whose name contains this')
    .addOption(new Option('--disabled', 'who are disabled').conflicts('enabled'))
    .option('--enabled', 'who are not disabled')
    .option('--superuser', 'who are superusers')
    .option(...LIMIT)
    .option('--json', 'as a JSON array')
    .addHelpText(
      'after',
      examples(
        'ostiary list-users',
        'ostiary list-users --role Viewer --disabled',
        'ostiary list-users --json | jq -r ".[].username"',
      ),
    )
    .action((options: ListOptions) => {
      keepMemorySmall()
      return withUsers(program, async (users) => {
        const some = chosen(everyUser(users), (user) => isWanted(user, options), options.limit)
        if (options.json) return printJsonArray(mapEach(some, (user) => userJson(user, users)))
        await printTable(['username', 'roles', 'status', 'createdAt'], mapEach(some, toRow), 'There are no users.')
      })
    })
}

function isWanted(user: ManagedUser, { role, name, disabled, enabled, superuser }: ListOptions): boolean {
  return (
    (role === undefined || user.roles.includes(role)) &&
    (name === undefined || user.username.toLowerCase().includes(name.toLowerCase())) &&
    (!disabled || user.disabled) &&
    (!enabled || !user.disabled) &&
    (!superuser || user.superuser)
  )
}

function toRow(user: ManagedUser): string[] {
  return [user.username, user.roles.join(', '), userStatus(user), showTime(user.createdAt)]
}
