import type { RoleAssignment } from '../index.ts'
import { assignmentJson } from './assignment-output.ts'
import { printJson } from './json.ts'
import type { LoadedAuth } from './load-auth.ts'
import { permissionNames } from './permission-names.ts'
import type { LocalPerson } from './person.ts'
import { showTime } from './show-time.ts'
import { printTable } from './table.ts'
import { userJson, userStatus } from './user-output.ts'

/** A local user, and what is said of this one as of people of any source, if anything is. */
export async function showLocalUser(person: LocalPerson, loaded: LoadedAuth, json: boolean): Promise<void> {
  const { user, users, userId } = person
  const assignment = await loaded.auth.roleAssignments?.find(userId)
  if (json) {
    return printJson({ ...userJson(user, users), ...(assignment && { assignment: assignmentJson(assignment) }) })
  }
  await printTable(['user', user.username], Object.entries(facts(person, assignment, loaded)), '')
}

function facts(
  { user, userId }: LocalPerson,
  assignment: RoleAssignment | undefined,
  loaded: LoadedAuth,
): Record<string, string> {
  const { description, superuser, createdAt, properties } = user
  const roles = [...user.roles, ...(assignment?.roles ?? [])]
  return {
    description,
    roles: user.roles.join(', '),
    ...(loaded.knowsRoles && { permissions: permissionNames({ roles, superuser }, loaded).join(', ') }),
    status: userStatus(user),
    created: showTime(createdAt),
    id: userId,
    properties: JSON.stringify(properties),
    ...(assignment && assigned(assignment)),
  }
}

/** Under names of its own: the account has roles and a status already. */
function assigned({ roles, disabled, note }: RoleAssignment): Record<string, string> {
  return {
    'assigned roles': roles.join(', '),
    ...(disabled && { 'assigned status': 'disabled' }),
    note,
  }
}
