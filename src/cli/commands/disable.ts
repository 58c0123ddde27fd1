import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { roleAssignmentsOf } from '../kept-here.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import { say } from '../output.ts'
import { ANYWAY, type PersonSettings, withPerson } from '../person.ts'
import { quoted } from '../user-output.ts'

export function addDisable(program: Command): void {
  program
    .command('disable')
    .description('keep a user, let nobody in as that user, and sign the user out everywhere')
    .argument('<username>', 'or source:id, for people of other sources')
    .option(...ANYWAY)
    .addHelpText('after', examples('ostiary disable bob', 'ostiary disable ldap:bob'))
    .action((username: string, options: PersonSettings) =>
      withPerson(program, username, options, async (person, loaded) => {
        if (person.users) await person.users.disable(person.username)
        else await roleAssignmentsOf(loaded).disable(person.userId)
        await say(`Disabled the user ${quoted(person.users ? username : person.userId)}.`)
        noteLiveSessions(loaded, 'account')
      }),
    )
}
