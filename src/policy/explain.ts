import type { Duration } from '../duration.ts'
import { reasonOf } from '../reason-of.ts'
import type { Decision } from './decide.ts'

/**
 * Returns a decision as a sentence, for logs and for administrators.
 *
 * ```ts
 * import { explain } from 'ostiary'
 *
 * explain({ allowed: false, reason: { code: 'missing-role', roles: ['Editor'] } })
 * // denied: has none of the roles "Editor"
 * ```
 */
export function explain(decision: Decision): string {
  return `${decision.allowed ? 'allowed' : 'denied'}: ${because(decision)}`
}

function because({ reason }: Decision): string {
  switch (reason.code) {
    case 'superuser':
      return 'a superuser has every role and permission'
    case 'has-role':
      return `has the role "${reason.role}"`
    case 'has-permission':
      return `has the permission "${reason.permission}"`
    case 'signed-in-recently':
      return `has signed in within ${inWords(reason.within)}`
    case 'authenticated-with':
      return `has proved the identity by ${reason.method}`
    case 'missing-method':
      return reason.within === undefined
        ? `has not proved the identity by ${reason.method}`
        : `has not proved the identity by ${reason.method} within ${inWords(reason.within)}`
    case 'check-passed':
      return 'the checker returned true'
    case 'missing-role':
      return `has none of the roles ${reason.roles.map((role) => `"${role}"`).join(', ')}`
    case 'missing-permission':
      return `does not have the permission "${reason.permission}"`
    case 'check-refused':
      return 'the checker did not return true'
    case 'check-failed':
      return `the checker failed: ${reasonOf(reason.cause)}`
    case 'signed-in-too-long-ago':
      return `has not signed in within ${inWords(reason.within)}`
  }
}

function inWords(duration: Duration): string {
  return typeof duration === 'number' ? `${duration}s` : duration
}
