import { reasonOf } from '../reason-of.ts'
import { blocked, type Outcome, rejected, unavailable, unknown } from '../users/outcome.ts'
import { RESULT, resultCodeOf } from './result-code.ts'

/**
 * Returns the outcome of a failed bind. `'refused'`: the password is wrong, or the server hides another reason.
 *
 * Other errors are an outage: a lost connection, a server that is busy (51) or unavailable (52), a server that demands
 * encryption (8, 13), a referral (10).
 */
export function outcomeOfFailedBind(error: unknown): Outcome | 'refused' {
  switch (resultCodeOf(error)) {
    case RESULT.invalidCredentials:
      return outcomeOfSubCode(reasonOf(error))
    case RESULT.inappropriateAuthentication:
      // The entry has no password.
      return rejected()
    case RESULT.noSuchObject:
      return unknown()
    case RESULT.referral:
      return unavailable(new Error('the directory answered with a referral, which is not followed', { cause: error }))
    default:
      return unavailable(error)
  }
}

/** Returns true when the server was unreachable, closed the connection, or reports that it is busy or unavailable. */
export function isOutage(outcome: Outcome): boolean {
  if (outcome.outcome !== 'unavailable') return false
  const code = resultCodeOf(outcome.cause)
  return code === undefined || code === RESULT.busy || code === RESULT.unavailable
}

/** Reads the Windows error code that Active Directory adds: `AcceptSecurityContext error, data 52e, v1db1`. */
function outcomeOfSubCode(message: string): Outcome | 'refused' {
  const code = /\bdata ([0-9a-f]{1,8})\b/i.exec(message)?.[1]?.toLowerCase()
  if (code === '525') return unknown()
  const reason = code === undefined ? undefined : REASONS.get(code)
  return reason === undefined ? 'refused' : blocked(reason)
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['530', 'not at this time'],
  ['531', 'not from this machine'],
  ['532', 'the password has expired'],
  ['533', 'disabled'],
  ['701', 'the account has expired'],
  ['773', 'must change the password first'],
  ['775', 'locked after too many wrong passwords'],
])
