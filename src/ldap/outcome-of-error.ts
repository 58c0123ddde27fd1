import { reasonOf } from '../reason-of.ts'
import { blocked, type Outcome, rejected, unavailable, unknown } from '../users/outcome.ts'
import { RESULT, resultCodeOf } from './result-code.ts'

/**
 * What a bind that failed means. `'refused'`: the password is wrong, or the server does not say what else it is.
 *
 * Everything but a refusal is an outage: a lost connection, a server that is busy (51) or unavailable (52), one that
 * wants encryption (8, 13), a referral (10).
 */
export function outcomeOfFailedBind(error: unknown): Outcome | 'refused' {
  switch (resultCodeOf(error)) {
    case RESULT.invalidCredentials:
      return outcomeOfSubCode(reasonOf(error))
    case RESULT.inappropriateAuthentication:
      // An entry without a password.
      return rejected()
    case RESULT.noSuchObject:
      return unknown()
    case RESULT.referral:
      return unavailable(new Error('the directory answered with a referral, which is not followed', { cause: error }))
    default:
      return unavailable(error)
  }
}

/** Whether a server was not reached, broke off, or says that it cannot answer now. */
export function isOutage(outcome: Outcome): boolean {
  if (outcome.outcome !== 'unavailable') return false
  const code = resultCodeOf(outcome.cause)
  return code === undefined || code === RESULT.busy || code === RESULT.unavailable
}

/** Active Directory adds a Windows error code: `AcceptSecurityContext error, data 52e, v1db1`. */
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
