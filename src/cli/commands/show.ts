import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { withPerson } from '../person.ts'
import { showLocalUser } from '../show-local-user.ts'
import { showPersonElsewhere } from '../show-person-elsewhere.ts'

export function addShow(program: Command): void {
  program
    .command('show')
    .description('show a user; of people of other sources what is said of them here and there')
    .argument('<username>', 'or source:id, for people of other sources')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary show bob', 'ostiary show ldap:bob'))
    .action((username: string, { json = false }: { json?: boolean }) =>
      withPerson(program, username, {}, (person, loaded) =>
        person.users ? showLocalUser(person, loaded, json) : showPersonElsewhere(person, loaded, json),
      ),
    )
}
