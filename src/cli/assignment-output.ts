import type { RoleAssignment } from '../index.ts'
import { showTime } from './show-time.ts'

/** What the application says of a person, for people: under the names that it has in JSON. */
export function assignmentFacts({ roles, disabled, note, changedAt }: RoleAssignment): Record<string, string> {
  return {
    'assignment.roles': roles.join(', '),
    'assignment.disabled': disabled ? 'yes' : 'no',
    'assignment.note': note,
    'assignment.changedAt': showTime(changedAt),
  }
}

/** The same for machines. */
export function assignmentJson({ roles, disabled, note, changedAt }: RoleAssignment) {
  return { roles, disabled, note, changedAt: changedAt.toISOString() }
}
