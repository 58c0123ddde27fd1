import type { Command } from 'commander'
import { refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { roleAssignmentsOf } from '../kept-here.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import { say } from '../output.ts'
import { splitIdentity } from '../split-identity.ts'
import { readUserId } from '../user-id.ts'
import { quoted } from '../user-output.ts'
import { withAuth } from '../with-auth.ts'

export function addForget(program: Command): void {
  program
    .command('forget')
    .description('forget all that this application says of somebody: roles, note, and that nobody is let in')
    .argument('<username>', 'or source:id, for people of other sources')
    .addHelpText('after', examples('ostiary forget ldap:bob'))
    .action((username: string) =>
      withAuth(program, async (loaded) => {
        const assignments = roleAssignmentsOf(loaded)
        await assignments.ready?.()
        const kept = await assignments.find(username)
        const userId = kept ? kept.userId : await readUserId(loaded, username)
        const whom = quoted(splitIdentity(username) ? userId : username)
        if (!(await assignments.clear(userId))) throw refused(`Nothing is said of ${whom} here.`)
        await say(`Forgot what was said of ${whom}.`)
        noteLiveSessions(loaded, 'account')
      }),
    )
}
