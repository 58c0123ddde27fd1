import type { Command } from 'commander'
import { refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { note, say } from '../output.ts'
import { quoted } from '../user-output.ts'
import { withHome } from '../with-home.ts'

export function addHomeShow(program: Command, home: Command): void {
  home
    .command('show')
    .description('show which source a user name belongs to')
    .argument('<username>', 'as it is typed at login')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary home show bob'))
    .action((username: string, { json }: { json?: true }) =>
      withHome(program, username, async (homes, name, { auth, knowsRoles: knowsSources }) => {
        const source = await homes.find(name)
        if (source === undefined) throw refused(`No source is remembered for ${quoted(username)}.`)
        await (json ? printJson({ username: name, source }) : say(`${quoted(username)} belongs to ${source}.`))
        if (knowsSources && !auth.sources.some((each) => each.name === source))
          note(`Note: the application has no source "${source}" any more. All are asked in their order.`)
      }),
    )
}
