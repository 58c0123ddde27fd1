import type { Command } from 'commander'
import type { ThrottledSubject } from '../../index.ts'
import { examples } from '../examples.ts'
import { printJsonArray } from '../json.ts'
import { chosen, LIMIT } from '../list-options.ts'
import { mapEach } from '../map-each.ts'
import { showTime } from '../show-time.ts'
import { printTable } from '../table.ts'
import { withThrottle } from '../with-throttle.ts'

export function addThrottleList(program: Command, throttle: Command): void {
  throttle
    .command('list')
    .description('list who is refused or delayed at the moment; accounts are shown as what stands for them')
    .option('--user <username>', 'what concerns this account, as it is typed at login')
    .option(...LIMIT)
    .option('--json', 'as a JSON array')
    .addHelpText('after', examples('ostiary throttle list', 'ostiary throttle list --user bob'))
    .action(({ user, limit, json }: { user?: string; limit?: number; json?: true }) =>
      withThrottle(program, user, async (administration) => {
        const all = administration.list(user === undefined ? {} : { username: user })
        const subjects = chosen(all, () => true, limit)
        if (json) return printJsonArray(mapEach(subjects, toJson))
        await printTable(HEAD, mapEach(subjects, toRow), 'Nobody is refused or delayed.')
      }),
    )
}

const HEAD = ['limit', 'subject', 'state', 'attempts', 'until']

function toRow({ limit, during, subject, network, state, attempts, until }: ThrottledSubject): string[] {
  const named = during === 'outage' ? `${limit}, in outages` : limit
  const whom = network === undefined ? subject : `${subject} from ${network}`
  return [named, whom || '-', state, String(attempts), showTime(until)]
}

function toJson(subject: ThrottledSubject) {
  return { ...subject, until: new Date(subject.until).toISOString() }
}
