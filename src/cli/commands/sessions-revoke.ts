import type { Command } from 'commander'
import type { RevocationTarget } from '../../index.ts'
import { assertConfirmed, YES } from '../ask.ts'
import { misused, refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import type { LoadedAuth } from '../load-auth.ts'
import { say } from '../output.ts'
import { ANYWAY, type PersonSettings } from '../person.ts'
import { readUserId } from '../user-id.ts'
import { withSessions } from '../with-auth.ts'

interface RevokeOptions extends PersonSettings {
  readonly user?: string
  readonly all?: true
  readonly yes?: true
  readonly json?: true
}

export function addSessionsRevoke(program: Command, sessions: Command): void {
  sessions
    .command('revoke')
    .description('end a session, those of one user, or all of them')
    .argument('[id]', 'as `sessions list` shows it')
    .option('--user <username>', 'all sessions of this user; a user of another source as source:id')
    .option('--all', 'the sessions of everybody')
    .option(...ANYWAY)
    .option(...YES)
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary sessions revoke --user bob', 'ostiary sessions revoke --all'))
    .action((id: string | undefined, options: RevokeOptions) => {
      const ways = [id, options.user, options.all].filter((way) => way !== undefined)
      if (ways.length !== 1) throw misused('Give one of the three: the id of a session, --user or --all.')
      return withSessions(program, async (loaded) => {
        const target = await readTarget(loaded, id, options)
        if (target === 'all')
          await assertConfirmed(options.yes, { question: 'Sign everybody out?', otherwise: 'Nothing was ended.' })
        const ended = await loaded.auth.sessions.revoke(target)
        if (id !== undefined && ended === 0) throw refused(`No session ${JSON.stringify(id)} lives.`)
        await (options.json ? printJson({ ended }) : say(`Ended ${ended === 1 ? '1 session' : `${ended} sessions`}.`))
      })
    })
}

async function readTarget(
  loaded: LoadedAuth,
  id: string | undefined,
  { user, anyway }: RevokeOptions,
): Promise<RevocationTarget> {
  if (id !== undefined) return { session: id }
  return user === undefined ? 'all' : { user: await readUserId(loaded, user, { anyway }) }
}
