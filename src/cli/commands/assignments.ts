import type { Command } from 'commander'
import type { RoleAssignment, RoleAssignments } from '../../index.ts'
import { examples } from '../examples.ts'
import { printJsonArray } from '../json.ts'
import { roleAssignmentsOf } from '../kept-here.ts'
import { mapEach } from '../map-each.ts'
import { showTime } from '../show-time.ts'
import { printTable } from '../table.ts'
import { withAuth } from '../with-auth.ts'

export function addAssignments(program: Command): void {
  program
    .command('assignments')
    .description('list what this application says of people of other sources, by identity')
    .option('--json', 'as a JSON array')
    .addHelpText('after', examples('ostiary assignments', 'ostiary assignments --json | jq -r ".[].id"'))
    .action(({ json }: { json?: true }) =>
      withAuth(program, async (loaded) => {
        const assignments = roleAssignmentsOf(loaded)
        await assignments.ready?.()
        const all = everyAssignment(assignments)
        if (json) return printJsonArray(mapEach(all, ({ userId, ...said }) => ({ id: userId, ...said })))
        await printTable(
          ['user', 'roles', 'status', 'changed', 'note'],
          mapEach(all, toRow),
          'Nothing is said of anybody.',
        )
      }),
    )
}

const PAGE = 500

async function* everyAssignment(assignments: RoleAssignments): AsyncGenerator<RoleAssignment> {
  let page = await assignments.list({ limit: PAGE })
  yield* page.assignments
  while (page.next !== null) {
    page = await assignments.list({ after: page.next, limit: PAGE })
    yield* page.assignments
  }
}

function toRow({ userId, roles, disabled, changedAt, note }: RoleAssignment): string[] {
  return [userId, roles.join(', '), disabled ? 'disabled' : '', showTime(changedAt), note]
}
