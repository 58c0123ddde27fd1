import type { Command } from 'commander'
import type { ManagedUser } from '../../index.ts'
import { everyUser } from '../every-user.ts'
import { examples } from '../examples.ts'
import { printJsonArray } from '../json.ts'
import { keepMemorySmall } from '../keep-memory-small.ts'
import { mapEach } from '../map-each.ts'
import { showTime } from '../show-time.ts'
import { printTable } from '../table.ts'
import { userJson, userStatus } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

export function addListUsers(program: Command): void {
  program
    .command('list-users')
    .description('list all users, by name')
    .option('--json', 'as a JSON array')
    .addHelpText('after', examples('ostiary list-users', 'ostiary list-users --json | jq -r ".[].username"'))
    .action(({ json }: { json?: true }) => {
      keepMemorySmall()
      return withUsers(program, async (users) => {
        const all = everyUser(users)
        if (json) return printJsonArray(mapEach(all, (user) => userJson(user, users)))
        await printTable(['name', 'roles', 'status', 'created'], mapEach(all, toRow), 'There are no users.')
      })
    })
}

function toRow(user: ManagedUser): string[] {
  return [user.username, user.roles.join(', '), userStatus(user), showTime(user.createdAt)]
}
