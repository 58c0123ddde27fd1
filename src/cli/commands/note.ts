import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { roleAssignmentsOf } from '../kept-here.ts'
import { say } from '../output.ts'
import { ANYWAY, type PersonSettings, withPerson } from '../person.ts'
import { quoted } from '../user-output.ts'

export function addNote(program: Command): void {
  program
    .command('note')
    .description('keep a word about somebody, for whoever looks at this later')
    .argument('<username>', 'or source:id, for people of other sources')
    .argument('<text>', 'replaces the note before; "" for none')
    .option(...ANYWAY)
    .addHelpText('after', examples('ostiary note ldap:bob "Editor until the fair is over"'))
    .action((username: string, text: string, options: PersonSettings) =>
      withPerson(program, username, options, async ({ users, userId }, loaded) => {
        await roleAssignmentsOf(loaded).setNote(userId, text)
        await say(`${text === '' ? 'Removed' : 'Saved'} the note about ${quoted(users ? username : userId)}.`)
      }),
    )
}
