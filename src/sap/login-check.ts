import { reasonOf } from '../reason-of.ts'
import { blocked, type Outcome, rejected, unavailable } from '../users/outcome.ts'
import { isObject } from './odata.ts'

/**
 * The outcomes for the exceptions of `SUSR_LOGIN_CHECK_RFC`.
 *
 * `WAIT` concerns one user, after too many wrong passwords. Why `WAIT` is blocked rather than unavailable: as an
 * outage, wrong passwords for one name would make the whole source look dead.
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

/** Returns the outcome of a failed login check. Errors other than the function module's exceptions are an outage. */
export function outcomeOfLoginCheck(
  error: unknown,
  { username, password }: { readonly username: string; readonly password: string },
): Outcome {
  const { key, codeString = 'RFC_ABAP_EXCEPTION' } = isObject(error) ? error : {}
  // A refused connection has keys of its own. Why the check of `codeString`: trouble of the service user must not count
  // against this user.
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
