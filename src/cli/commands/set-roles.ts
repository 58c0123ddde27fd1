import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import { say } from '../output.ts'
import { readRoleNames } from '../role-names.ts'
import { quoted } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

export function addSetRoles(program: Command): void {
  program
    .command('set-roles')
    .description('give a user these roles and no others')
    .argument('<username>')
    .argument('<roles>', 'names of roles, separated by commas; "" for none')
    .addHelpText('after', examples('ostiary set-roles bob Viewer,User', 'ostiary set-roles bob ""'))
    .action((username: string, listed: string) =>
      withUsers(program, async (users, loaded) => {
        const roles = readRoleNames(listed, loaded)
        await users.setRoles(username, roles)
        await say(`${quoted(username)} has ${roles.length > 0 ? `the roles ${roles.join(', ')}` : 'no roles'} now.`)
        noteLiveSessions(loaded, 'account')
      }),
    )
}
