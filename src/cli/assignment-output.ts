import type { RoleAssignment } from '../index.ts'
import { showTime } from './show-time.ts'

/** Returns the application's assignment to a user for display, under the names that it has in JSON. */
export function assignmentFacts({ roles, disabled, note, changedAt }: RoleAssignment): Record<string, string> {
  return {
    'assignment.roles': roles.join(', '),
    'assignment.disabled': disabled ? 'yes' : 'no',
    'assignment.note': note,
    'assignment.changedAt': showTime(changedAt),
  }
}

/** Returns the assignment for machines. */
export function assignmentJson({ roles, disabled, note, changedAt }: RoleAssignment) {
  return { roles, disabled, note, changedAt: changedAt.toISOString() }
}
