import type { Command } from 'commander'
import { type AccountLinks, linksOf, type MadeLink } from '../../links/index.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { say } from '../output.ts'
import { withRecords } from '../with-records.ts'

/** Adds the commands that print a link for a user. */
export function addLinks(program: Command): void {
  add('invite', 'print a link with which a new user sets the first password', (links, name) => links.invite(name))
  add('reset-link', 'print a link with which a user sets a new password', (links, name) => links.reset(name))

  function add(
    command: string,
    description: string,
    make: (links: AccountLinks, username: string) => Promise<MadeLink>,
  ): void {
    program
      .command(command)
      .description(description)
      .argument('<username>', 'a user of the user management')
      .option('--json', 'as a JSON object, with its end')
      .addHelpText('after', examples(`ostiary ${command} anna`))
      .action((username: string, { json }: { json?: true }) =>
        withRecords(program, username, async (person, { auth }) => {
          const { link, expiresAt } = await make(linksOf(auth), person.users ? person.username : username)
          await (json ? printJson({ link, expiresAt: new Date(expiresAt).toISOString() }) : say(link))
        }),
      )
  }
}
