import type { RoleAssignment } from '../index.ts'
import { showTime } from './show-time.ts'

/** What the application says of a person, for people. */
export function saidHere(assignment: RoleAssignment | undefined): Record<string, string> {
  if (!assignment) return { 'roles from here': '', status: '', note: '' }
  const { roles, disabled, note, changedAt } = assignment
  return {
    'roles from here': roles.join(', '),
    status: disabled ? 'disabled' : '',
    note,
    changed: showTime(changedAt),
  }
}

/** The same for machines. */
export function assignmentJson({ roles, disabled, note, changedAt }: RoleAssignment) {
  return { roles, disabled, note, changedAt: changedAt.toISOString() }
}
