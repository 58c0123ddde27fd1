import { reasonOf } from '../reason-of.ts'
import { blocked, type Outcome, rejected, unavailable } from '../users/outcome.ts'
import { isObject } from './odata.ts'

/**
 * What the exceptions of `SUSR_LOGIN_CHECK_RFC` mean, one by one.
 *
 * `WAIT` is about one person whose password was wrong too often. As an outage it would let whoever types wrong
 * passwords for one name make the whole source look dead.
 */
const EXCEPTIONS: Readonly<Record<string, ((found: { accountId: string }) => Outcome) | undefined>> = Object.freeze({
  WRONG_PASSWORD: rejected,
  WAIT: (found) => blocked('SAP makes this user wait after failed logons', found),
  USER_LOCKED: (found) => blocked('locked', found),
  USER_NOT_ACTIVE: (found) => blocked('outside the dates of validity', found),
  PASSWORD_EXPIRED: (found) => blocked('the password must be changed in SAP first', found),
  NO_CHECK_FOR_THIS_USER: (found) => blocked('no logon with a password for this user', found),
  PASSWORD_ATTEMPTS_LIMITED: (found) => blocked('too many failed logons', found),
  INTERNAL_ERROR: () => unavailable(new Error('SUSR_LOGIN_CHECK_RFC: INTERNAL_ERROR')),
})

/** What a failed login check says about the person. What is no exception of the function module is an outage. */
export function outcomeOfLoginCheck(
  error: unknown,
  { username, password }: { readonly username: string; readonly password: string },
): Outcome {
  const { key, codeString = 'RFC_ABAP_EXCEPTION' } = isObject(error) ? error : {}
  // A connection that is refused has keys of its own, and the service user's trouble is not this person's.
  const known = codeString === 'RFC_ABAP_EXCEPTION' && typeof key === 'string' && Object.hasOwn(EXCEPTIONS, key)
  const outcome = known ? EXCEPTIONS[key]?.({ accountId: username }) : undefined
  return outcome ?? unavailable(new Error(`SUSR_LOGIN_CHECK_RFC: ${withoutPassword(error, password)}`))
}

/**
 * The message, or what can be told of it when it may hold the password. Why not the whole password alone: a client may
 * put the parameters of the call into its message, and JSON, URLs and others write some characters in their own ways.
 */
function withoutPassword(error: unknown, password: string): string {
  const reason = reasonOf(error)
  const pieces = password.toLowerCase().match(/[a-z0-9]{4,}/g) ?? []
  const shown = reason.toLowerCase()
  const isSafe = pieces.length > 0 && !pieces.some((piece) => shown.includes(piece)) && !reason.includes(password)
  if (isSafe) return reason
  const { codeString } = isObject(error) ? error : {}
  const code = typeof codeString === 'string' && /^RFC_[A-Z_]{1,40}$/.test(codeString) ? `${codeString}: ` : ''
  return `${code}the call failed (its message may hold the password)`
}
