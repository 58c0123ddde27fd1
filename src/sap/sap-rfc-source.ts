import type { Clock } from '../clock.ts'
import { type DiagnosticContext, fine } from '../diagnostics/diagnostic.ts'
import type { Duration } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import { withDeadline } from '../resilience/deadline.ts'
import type { AccountInput } from '../users/account.ts'
import type { LoginAttempt } from '../users/login-attempt.ts'
import { refuseAsNobody } from '../users/nobody.ts'
import { accepted, blocked, type Outcome, rejected, unavailable, unknown } from '../users/outcome.ts'
import { assertSourceName, type SourceRules, type UserSource } from '../users/user-source.ts'
import { inCapitals, isSendablePassword, readTypedUsername } from './basic-credentials.ts'
import { checkLookup, checkRoleMap, nobodyInSap } from './check-sap.ts'
import { outcomeOfLoginCheck } from './login-check.ts'
import { isObject } from './odata.ts'
import { createPasswordProbe, madeUpPassword } from './password-probe.ts'
import { mapRoles, type SapRoleMap } from './role-map.ts'
import { endOf, startOf } from './sap-date.ts'
import type { SapRfcClient } from './sap-rfc-client.ts'

/** The client that calls SAP, the meaning of SAP's roles, and the rules that every source may have. */
export interface SapRfcSourceOptions extends SourceRules {
  /** The name of the source. Default: `sap`. */
  readonly name?: string
  /** Calls function modules. */
  readonly client: SapRfcClient
  /** Names of the application's roles for SAP's roles. Default: the names are the same. */
  readonly roleMap?: SapRoleMap
  /** Returns small values for `user.properties` from the result of `BAPI_USER_GET_DETAIL`. */
  readonly properties?: (detail: SapUserDetail) => NonNullable<AccountInput['properties']>
  /**
   * The time for which a reported wrong password counts. Default: a probe before each accepted login, with a made-up
   * user and password. SAP records the probe as the failed logon of an unknown user.
   */
  readonly probeEvery?: Duration
  readonly clock?: Clock
}

/**
 * The exported values of `BAPI_USER_GET_DETAIL`, under SAP's names: `ADDRESS`, `LOGONDATA`, `ACTIVITYGROUPS` and
 * others.
 */
export type SapUserDetail = Readonly<Record<string, unknown>>

/**
 * A source of users in an SAP system, by RFC.
 *
 * ```ts
 * import { type SapRfcClient, sapRfcSource } from 'ostiary/sap'
 *
 * export const sapUsers = (client: SapRfcClient) =>
 *   sapRfcSource({ client, roleMap: { Z_REPORTS_READ: 'Reader' }, probeEvery: '10m' })
 * ```
 *
 * RFC reports more than HTTP. `SUSR_LOGIN_CHECK_RFC` distinguishes a locked user and an expired password from a wrong
 * password, and `BAPI_USER_GET_DETAIL` returns the roles.
 *
 * @throws {ConfigurationError} when an option is invalid.
 */
export function sapRfcSource(options: SapRfcSourceOptions): UserSource {
  const { name = 'sap', client, roleMap, properties, probeEvery, clock = Date.now, ...rules } = options
  assertSourceName(name)
  if (typeof client?.call !== 'function')
    throw new ConfigurationError('sapRfcSource() needs a client with a method call(functionName, parameters, signal).')

  const probe = createPasswordProbe(probeEvery, 'sapRfcSource()', clock)

  const call = (functionName: string, parameters: Readonly<Record<string, unknown>>, signal: AbortSignal) =>
    untilAborted(signal, () => client.call(functionName, parameters, signal))

  /**
   * Checks a password. With the new exceptions SAP reports PASSWORD_ATTEMPTS_LIMITED, which is NO_CHECK_FOR_THIS_USER
   * otherwise.
   */
  const checkLogin = (username: string, password: string, signal: AbortSignal) =>
    call('SUSR_LOGIN_CHECK_RFC', { BNAME: username, PASSWORD: password, USE_NEW_EXCEPTION: 1 }, signal)

  /**
   * Checks that the client reports a wrong password. Why: a client that swallows exceptions would accept every
   * password.
   */
  async function assertRefusesStrangers(signal: AbortSignal): Promise<void> {
    const [username, password] = [nobodyInSap(), madeUpPassword()]
    const outcome = await checkLogin(username, password, signal).then(
      () => accepted({ name: username }),
      (error: unknown) => outcomeOfLoginCheck(error, { username, password }),
    )
    if (outcome.outcome === 'accepted')
      throw new Error('SUSR_LOGIN_CHECK_RFC: a wrong password is no error to the client')
    if (outcome.outcome === 'unavailable') throw outcome.cause
  }

  async function describe(username: string, locks: Locks, signal: AbortSignal): Promise<Outcome> {
    const detail = await call('BAPI_USER_GET_DETAIL', { USERNAME: username, CACHE_RESULTS: ' ' }, signal)
    const failure = rowsOf(detail, 'RETURN').find(({ TYPE }) => TYPE === 'E' || TYPE === 'A')
    if (failure?.ID === '01' && failure.NUMBER === NO_SUCH_USER) return unknown()
    if (failure) throw new Error(`BAPI_USER_GET_DETAIL: ${failure.ID} ${failure.NUMBER} ${failure.MESSAGE}`)
    assertAbout(detail, username)
    const now = clock()
    const reason = lockIn(detail, locks) ?? (isValid(detail.LOGONDATA, 'GLTGV', 'GLTGB', now) ? undefined : EXPIRED)
    if (reason !== undefined) return blocked(reason, { accountId: username })
    const groups = rowsOf(detail, 'ACTIVITYGROUPS').filter((group) => isValid(group, 'FROM_DAT', 'TO_DAT', now))
    return accepted({
      name: username,
      description: textOf(structureOf(detail, 'ADDRESS').FULLNAME),
      roles: mapRoles(groups.map(({ AGR_NAME }) => textOf(AGR_NAME)).filter(Boolean), roleMap),
      ...(properties && { properties: properties(detail) }),
    })
  }

  async function lookup(accountId: string, signal: AbortSignal): Promise<Outcome> {
    if (sapUsername(accountId) !== accountId) return unknown()
    return describe(accountId, LOCKS, signal).catch(unavailable)
  }

  async function authenticate(attempt: LoginAttempt, signal: AbortSignal): Promise<Outcome> {
    const { username: typed, password } = attempt
    const askForNobody = (nobody: LoginAttempt) => authenticate(nobody, signal)
    const username = sapUsername(typed)
    if (username === null) return refuseAsNobody(unknown(), attempt, askForNobody)
    if (!fitsPasswordField(password)) return refuseAsNobody(rejected(), attempt, askForNobody)
    try {
      await checkLogin(username, password, signal)
    } catch (error) {
      return outcomeOfLoginCheck(error, { username, password })
    }
    try {
      const outcome = await describe(username, LOCKS_AT_LOGIN, signal)
      if (outcome.outcome === 'accepted') await probe.assertRefused(() => assertRefusesStrangers(signal))
      return outcome
    } catch (cause) {
      return unavailable(cause)
    }
  }

  return Object.freeze({
    ...rules,
    name,
    authenticate,
    lookup,

    async *check({ signal, roleNames }: DiagnosticContext) {
      yield* checkLookup(lookup, nobodyInSap(), signal)
      yield fine('SUSR_LOGIN_CHECK_RFC is not called: that takes a login')
      yield* checkRoleMap(roleMap, roleNames)
    },
  })
}

/** Message 124 of class 01: user does not exist. */
const NO_SUCH_USER = '124'
const EXPIRED = 'outside the dates of validity'
/** Lengths of `XUBNAME` and `XUBCODE`. These fields cut off longer values, and ignore blanks at the end. */
const NAME_LENGTH = 12
const PASSWORD_LENGTH = 40
type Locks = Readonly<Record<string, string>>
const LOCKS: Locks = { LOCAL_LOCK: 'locked', GLOB_LOCK: 'locked centrally' }
/**
 * The locks that refuse a login. Why `WRNG_LOGON` here alone: strangers cause it with wrong passwords, and must not end
 * sessions.
 */
const LOCKS_AT_LOGIN: Locks = { ...LOCKS, WRNG_LOGON: 'too many failed logons' }

/**
 * Returns the name in capitals, or null for an impossible name. Why: SAP would cut a name that is too long to another
 * user's name.
 */
function sapUsername(typed: string): string | null {
  const upper = inCapitals(readTypedUsername(typed) ?? '')
  return upper && upper.length <= NAME_LENGTH ? upper : null
}

/** Refuses passwords that the field would change. Why: a changed password could match by mistake. */
function fitsPasswordField(password: string): boolean {
  return isSendablePassword(password) && password.length <= PASSWORD_LENGTH && !password.endsWith(' ')
}

/** Waits for a client until the signal fires. A client may ignore the signal: its late answer is dropped. */
async function untilAborted<T>(signal: AbortSignal, start: () => Promise<T>): Promise<T> {
  try {
    return await withDeadline({ ms: Number.POSITIVE_INFINITY, signal }, start)
  } catch (cause) {
    throw signal.aborted ? new Error('given up') : cause
  }
}

function lockIn(detail: SapUserDetail, locks: Locks): string | undefined {
  const state = structureOf(detail, 'ISLOCKED')
  return Object.entries(locks).find(([field]) => state[field] === 'L')?.[1]
}

/** Checks the user names in a detail. A detail may leave out its user, but a name in it must be the requested one. */
function assertAbout(detail: SapUserDetail, username: string): void {
  const places = [detail, detail.LOGONDATA, detail.ADDRESS, ...rowsOf(detail, 'ACTIVITYGROUPS')].filter(isObject)
  const named = places.flatMap((place) => [place.USERNAME, place.BNAME, place.UNAME].map(textOf)).filter(Boolean)
  if (named.some((name) => name !== username))
    throw new Error('BAPI_USER_GET_DETAIL: the answer is about another user than was asked for')
}

/** A missing date means that the validity is unlimited on this side. */
function isValid(dates: unknown, from: string, to: string, now: number): boolean {
  if (!isObject(dates)) throw new Error(`BAPI_USER_GET_DETAIL: no structure with ${from} and ${to}`)
  return (startOf(dates[from]) ?? now) <= now && now < (endOf(dates[to]) ?? Number.POSITIVE_INFINITY)
}

function structureOf(detail: SapUserDetail, field: string): Record<string, unknown> {
  const structure = detail[field]
  if (isObject(structure)) return structure
  throw new Error(`BAPI_USER_GET_DETAIL: the answer has no ${field}`)
}

function rowsOf(detail: SapUserDetail, table: string): Record<string, unknown>[] {
  const rows = detail[table]
  if (Array.isArray(rows) && rows.every(isObject)) return rows
  throw new Error(`BAPI_USER_GET_DETAIL: the answer has no ${table}`)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
