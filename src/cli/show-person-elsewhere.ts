import { type RoleAssignment, UserNotFoundError } from '../index.ts'
import { lookUp, type SourceAnswer } from './ask-source.ts'
import { assignmentFacts, assignmentJson } from './assignment-output.ts'
import { printJson } from './json.ts'
import { roleAssignmentsOf } from './kept-here.ts'
import { countSessions } from './live-sessions.ts'
import type { LoadedAuth } from './load-auth.ts'
import { outcomeJson } from './outcome-output.ts'
import { permissionNames } from './permission-names.ts'
import type { PersonElsewhere } from './person.ts'
import { printTable } from './table.ts'
import { quoted } from './user-output.ts'

/** Shows a user's assignment, the answer of the source, and the number of sessions. */
export async function showPersonElsewhere(
  { userId, source, accountId }: PersonElsewhere,
  loaded: LoadedAuth,
  json: boolean,
): Promise<void> {
  const assignment = await roleAssignmentsOf(loaded).find(userId)
  const asked = source && (await lookUp(source, accountId))
  const sessions = await countSessions(loaded, userId)
  if (asked?.answer?.outcome === 'unknown' && !assignment && !sessions) {
    throw new UserNotFoundError(`There is no user ${quoted(userId)}: its source does not know it.`)
  }
  if (json) {
    return printJson({
      id: userId,
      assignment: assignment ? assignmentJson(assignment) : null,
      source: asked ? outcomeJson(asked) : null,
      ...(loaded.knowsRoles && { permissions: permissions(assignment, asked, loaded) }),
      sessions: sessions ?? null,
    })
  }
  const facts = {
    ...(assignment ? assignmentFacts(assignment) : { assignment: '' }),
    ...(source ? saidThere(asked) : { source: '(it is not known here)' }),
    ...(loaded.knowsRoles && { permissions: permissions(assignment, asked, loaded).join(', ') }),
    sessions: sessions === undefined ? '(in the memory of the server)' : String(sessions),
  }
  await printTable(['id', userId], Object.entries(facts), '')
}

function saidThere(asked: SourceAnswer | undefined): Record<string, string> {
  if (!asked) return { source: '(it cannot tell without a password)' }
  const { outcome, reason, account } = outcomeJson(asked)
  if (!account) return { 'source.outcome': outcome, ...(reason !== undefined && { 'source.reason': reason }) }
  return {
    'source.outcome': outcome,
    'source.account.name': account.name,
    'source.account.description': account.description,
    'source.account.roles': account.roles.join(', '),
    'source.account.properties': JSON.stringify(account.properties),
  }
}

function permissions(
  assignment: RoleAssignment | undefined,
  asked: SourceAnswer | undefined,
  loaded: LoadedAuth,
): readonly string[] {
  const account = asked && outcomeJson(asked).account
  const roles = [...(account?.roles ?? []), ...(assignment?.roles ?? [])]
  return permissionNames({ roles, superuser: account?.superuser ?? false }, loaded)
}
