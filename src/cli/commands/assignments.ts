import type { Command } from 'commander'
import type { RoleAssignment, RoleAssignments } from '../../index.ts'
import { examples } from '../examples.ts'
import { printJsonArray } from '../json.ts'
import { roleAssignmentsOf } from '../kept-here.ts'
import { chosen, LIMIT } from '../list-options.ts'
import { mapEach } from '../map-each.ts'
import { showTime } from '../show-time.ts'
import { printTable } from '../table.ts'
import { withAuth } from '../with-auth.ts'

export function addAssignments(program: Command): void {
  program
    .command('assignments')
    .description('list what this application says of people of other sources, by identity')
    .option('--source <source>', 'of people of this source')
    .option('--role <role>', 'who have this role from here')
    .option('--disabled', 'who are disabled here')
    .option(...LIMIT)
    .option('--json', 'as a JSON array')
    .addHelpText('after', examples('ostiary assignments', 'ostiary assignments --json | jq -r ".[].id"'))
    .action(({ json, limit, ...wanted }: Wanted & { readonly json?: true; readonly limit?: number }) =>
      withAuth(program, async (loaded) => {
        const assignments = roleAssignmentsOf(loaded)
        await assignments.ready?.()
        const all = chosen(everyAssignment(assignments), (assignment) => isWanted(assignment, wanted), limit)
        if (json) return printJsonArray(mapEach(all, ({ userId, ...said }) => ({ id: userId, ...said })))
        await printTable(
          ['id', 'roles', 'disabled', 'changedAt', 'note'],
          mapEach(all, toRow),
          'Nothing is said of anybody.',
        )
      }),
    )
}

interface Wanted {
  readonly source?: string
  readonly role?: string
  readonly disabled?: true
}

function isWanted({ userId, roles, disabled }: RoleAssignment, wanted: Wanted): boolean {
  return (
    (wanted.source === undefined || userId.startsWith(`${wanted.source}:`)) &&
    (wanted.role === undefined || roles.includes(wanted.role)) &&
    (!wanted.disabled || disabled)
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
  return [userId, roles.join(', '), disabled ? 'yes' : '', showTime(changedAt), note]
}
