import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { roleAssignmentsOf } from '../kept-here.ts'
import { say } from '../output.ts'
import { ANYWAY, type PersonSettings, withPerson } from '../person.ts'
import { quoted } from '../user-output.ts'

export function addEnable(program: Command): void {
  program
    .command('enable')
    .description('let a disabled user in again')
    .argument('<username>', 'or source:id, for people of other sources')
    .option(...ANYWAY)
    .addHelpText('after', examples('ostiary enable bob', 'ostiary enable ldap:bob'))
    .action((username: string, options: PersonSettings) =>
      withPerson(program, username, options, async (person, loaded) => {
        if (person.users) await person.users.enable(person.username)
        else await roleAssignmentsOf(loaded).enable(person.userId)
        await say(`Enabled the user ${quoted(person.users ? username : person.userId)}.`)
      }),
    )
}
