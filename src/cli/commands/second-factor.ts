import type { Command } from 'commander'
import { secondFactorsOf } from '../../second-factor/index.ts'
import { assertConfirmed, YES } from '../ask.ts'
import { refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { say } from '../output.ts'
import { showTime } from '../show-time.ts'
import { withRecords } from '../with-records.ts'

/** Adds the commands for second factors. */
export function addSecondFactor(program: Command): void {
  const command = program
    .command('second-factor')
    .description('second factors of users')
    .addHelpText('after', examples('ostiary second-factor show anna', 'ostiary second-factor reset anna'))

  command
    .command('show')
    .description('tell whether a user has a second factor')
    .argument('<username>', 'a user of another source as source:id')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary second-factor show anna'))
    .action((username: string, { json }: { json?: true }) =>
      withRecords(program, username, async ({ userId }, { auth }) => {
        const state = await secondFactorsOf(auth).state(userId)
        if (json) return printJson({ userId, ...(state ?? { since: null }) })
        if (!state) return say(`${userId} has no second factor.`)
        await say(`${userId} has a second factor since ${showTime(state.since)}, and ${left(state.recoveryCodes)}.`)
      }),
    )

  command
    .command('reset')
    .description('remove the second factor of a user who has lost it, and end the sessions of the user')
    .argument('<username>', 'a user of another source as source:id')
    .option(...YES)
    .addHelpText('after', examples('ostiary second-factor reset anna'))
    .action((username: string, { yes }: { yes?: true }) =>
      withRecords(program, username, async ({ userId }, { auth }) => {
        const question = `Remove the second factor of ${userId}?`
        await assertConfirmed(yes, { question, otherwise: 'Nothing was removed.' })
        if (!(await secondFactorsOf(auth).reset(userId))) throw refused(`${userId} has no second factor.`)
        await say(`Removed the second factor of ${userId}.`)
      }),
    )

  command
    .command('allow')
    .description('print a code with which a user who must have a second factor may add one, within a day')
    .argument('<username>', 'a user of another source as source:id')
    .addHelpText('after', examples('ostiary second-factor allow anna'))
    .action((username: string) =>
      withRecords(program, username, async ({ userId }, { auth }) => {
        await say(await secondFactorsOf(auth).allowEnrolment(userId))
      }),
    )
}

function left(codes: number): string {
  return codes === 1 ? '1 recovery code left' : `${codes} recovery codes left`
}
