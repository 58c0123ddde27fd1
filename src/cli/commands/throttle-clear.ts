import { isIP } from 'node:net'
import type { Command } from 'commander'
import { type ThrottleTarget, UserNotFoundError } from '../../index.ts'
import { misused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import type { LoadedAuth } from '../load-auth.ts'
import { nameStanding } from '../name-standing.ts'
import { say, warning } from '../output.ts'
import { quoted } from '../user-output.ts'
import { withThrottle } from '../with-throttle.ts'

interface ClearOptions {
  readonly user?: string
  readonly client?: string
  readonly all?: true
  readonly json?: true
}

export function addThrottleClear(program: Command, throttle: Command): void {
  throttle
    .command('clear')
    .description('forget the attempts at an account, those of a client, or all')
    .option('--user <username>', 'those at this account, as it is typed at login')
    .option('--client <address>', 'those of this client address and its network, or of a network as it is listed')
    .option('--all', 'those of everybody')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary throttle clear --user bob', 'ostiary throttle clear --client 192.0.2.7'))
    .action((options: ClearOptions) => {
      const target = readTarget(options)
      return withThrottle(program, options.user, async (administration, loaded) => {
        const cleared = await administration.clear(target)
        if (cleared === 0 && options.user !== undefined) await assertKnown(options.user, loaded)
        if (options.json) return printJson({ cleared })
        await say(
          cleared === 0 ? 'There was nothing to forget.' : `Forgot ${cleared === 1 ? '1 count' : `${cleared} counts`}.`,
        )
      })
    })
}

/** Checks a name that had no counts, so that a typing error is told apart from success. */
async function assertKnown(username: string, loaded: LoadedAuth): Promise<void> {
  const { standing, reason } = await nameStanding(username, loaded)
  if (standing === 'down') warning(`Whether anybody is called ${quoted(username)} is not known: ${reason}`)
  if (standing !== 'unknown') return
  throw new UserNotFoundError(
    `There is nothing to forget: no source knows anybody called ${quoted(username)}. ` +
      'The name is given as it is typed at login, without the name of a source before it.',
  )
}

function readTarget({ user, client, all }: ClearOptions): ThrottleTarget {
  if ([user, client, all].filter((way) => way !== undefined).length !== 1)
    throw misused('Give one of the three: --user, --client or --all.')
  if (user !== undefined) return { username: user }
  if (client === undefined) return 'all'
  if (!isIP(client.replace(/\/(?:24|48|64)$/, ''))) throw misused(`${JSON.stringify(client)} is no IP address.`)
  return { clientAddress: client }
}
