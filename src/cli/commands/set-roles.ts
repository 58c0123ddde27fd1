import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { roleAssignmentsOf } from '../kept-here.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import { say } from '../output.ts'
import { ANYWAY, type PersonSettings, withPerson } from '../person.ts'
import { readRoleNames } from '../role-names.ts'
import { quoted } from '../user-output.ts'

export function addSetRoles(program: Command): void {
  program
    .command('set-roles')
    .description('give a user these roles and no others; to people of other sources, these beside those of the source')
    .argument('<username>', 'or source:id, for people of other sources')
    .argument('<roles>', 'names of roles, separated by commas; "" for none')
    .option(...ANYWAY)
    .addHelpText(
      'after',
      examples('ostiary set-roles bob Viewer,User', 'ostiary set-roles bob ""', 'ostiary set-roles ldap:bob Editor'),
    )
    .action((username: string, listed: string, options: PersonSettings) =>
      withPerson(program, username, options, async (person, loaded) => {
        const roles = readRoleNames(listed, loaded)
        const names = roles.length > 0 ? `the roles ${roles.join(', ')}` : 'no roles'
        if (person.users) {
          await person.users.setRoles(person.username, roles)
          await say(`${quoted(username)} has ${names} now.`)
        } else {
          await roleAssignmentsOf(loaded).setRoles(person.userId, roles)
          await say(`${quoted(person.userId)} has ${names} now, beside those of the source.`)
        }
        noteLiveSessions(loaded, 'account')
      }),
    )
}
