import { isIP } from 'node:net'
import type { Command } from 'commander'
import type { ThrottleTarget } from '../../index.ts'
import { misused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { say } from '../output.ts'
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
      return withThrottle(program, options.user, async (administration) => {
        const cleared = await administration.clear(target)
        if (options.json) return printJson({ cleared })
        await say(
          cleared === 0 ? 'There was nothing to forget.' : `Forgot ${cleared === 1 ? '1 count' : `${cleared} counts`}.`,
        )
      })
    })
}

function readTarget({ user, client, all }: ClearOptions): ThrottleTarget {
  if ([user, client, all].filter((way) => way !== undefined).length !== 1)
    throw misused('Give one of the three: --user, --client or --all.')
  if (user !== undefined) return { username: user }
  if (client === undefined) return 'all'
  if (!isIP(client.replace(/\/(?:24|48|64)$/, ''))) throw misused(`${JSON.stringify(client)} is no IP address.`)
  return { clientAddress: client }
}
