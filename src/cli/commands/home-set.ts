import type { Command } from 'commander'
import { UserNotFoundError } from '../../index.ts'
import { refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import type { LoadedAuth } from '../load-auth.ts'
import { nameStanding } from '../name-standing.ts'
import { note, say, warning } from '../output.ts'
import { ANYWAY, type PersonSettings } from '../person.ts'
import { quoted } from '../user-output.ts'
import { withHome } from '../with-home.ts'

export function addHomeSet(program: Command, home: Command): void {
  home
    .command('set')
    .description('say which source a user name belongs to')
    .argument('<username>', 'as it is typed at login')
    .argument('<source>', 'the name of a source')
    .option(...ANYWAY)
    .addHelpText('after', examples('ostiary home set bob ldap'))
    .action((username: string, source: string, { anyway }: PersonSettings) =>
      withHome(program, username, async (homes, name, loaded) => {
        assertSource(source, loaded)
        if (!anyway) await assertKnownThere(username, source, loaded)
        await homes.replace(name, source)
        await say(`${quoted(username)} belongs to ${source} now.`)
      }),
    )
}

/** Checks that the source knows the name. Why: a name that is set to a source without this user could not sign in. */
async function assertKnownThere(username: string, source: string, loaded: LoadedAuth): Promise<void> {
  const { standing, reason } = await nameStanding(username, loaded, source)
  if (standing === 'down') warning(`The source "${source}" does not answer (${reason}), so the name was not checked.`)
  if (standing !== 'unknown') return
  throw new UserNotFoundError(
    `The source "${source}" knows nobody called ${quoted(username)}. With --anyway the name is set all the same.`,
  )
}

function assertSource(source: string, { auth, knowsRoles: knowsSources }: LoadedAuth): void {
  if (!/^[a-z][a-z0-9_-]{0,31}$/.test(source)) throw refused(`No source can be called ${quoted(source)}.`)
  if (!knowsSources) {
    note('Note: the names of sources cannot be checked without the configuration of the application.')
    return
  }
  const names = auth.sources.map(({ name }) => name)
  if (names.includes(source)) return
  throw refused(`There is no source ${quoted(source)}. The sources are: ${names.join(', ') || 'none'}.`)
}
