import type { ManagedUser, RoleAssignment } from '../index.ts'
import { assignmentFacts, assignmentJson } from './assignment-output.ts'
import { printJson } from './json.ts'
import type { LoadedAuth } from './load-auth.ts'
import { permissionNames } from './permission-names.ts'
import type { LocalPerson } from './person.ts'
import { showTime } from './show-time.ts'
import { printTable } from './table.ts'
import { userJson, userStatus } from './user-output.ts'

/** Shows a local user, and the user's role assignment if there is one. */
export async function showLocalUser(person: LocalPerson, loaded: LoadedAuth, json: boolean): Promise<void> {
  const { user, users, userId } = person
  const assignment = await loaded.auth.roleAssignments?.find(userId)
  if (json) {
    return printJson({
      ...userJson(user, users),
      ...(loaded.knowsRoles && { permissions: permissionsOf(user, assignment, loaded) }),
      ...(assignment && { assignment: assignmentJson(assignment) }),
    })
  }
  await printTable(['username', user.username], Object.entries(facts(person, assignment, loaded)), '')
}

function facts(
  { user, userId }: LocalPerson,
  assignment: RoleAssignment | undefined,
  loaded: LoadedAuth,
): Record<string, string> {
  const { description, createdAt, properties } = user
  return {
    description,
    roles: user.roles.join(', '),
    ...(loaded.knowsRoles && { permissions: permissionsOf(user, assignment, loaded).join(', ') }),
    status: userStatus(user),
    createdAt: showTime(createdAt),
    id: userId,
    properties: JSON.stringify(properties),
    ...(assignment && assignmentFacts(assignment)),
  }
}

function permissionsOf(
  { roles, superuser }: ManagedUser,
  assignment: RoleAssignment | undefined,
  loaded: LoadedAuth,
): readonly string[] {
  return permissionNames({ roles: [...roles, ...(assignment?.roles ?? [])], superuser }, loaded)
}
