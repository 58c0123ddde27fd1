import type { Clock } from '../clock.ts'
import { type DiagnosticContext, fine } from '../diagnostics/diagnostic.ts'
import type { Duration } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
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

/** How SAP is called, and what its roles mean, beside the rules that every source may have. */
export interface SapRfcSourceOptions extends SourceRules {
  /** The name of the source. Default: `sap`. */
  readonly name?: string
  /** Calls function modules. */
  readonly client: SapRfcClient
  /** Default: SAP's names are the names of the application's roles. */
  readonly roleMap?: SapRoleMap
  /** Small facts for `user.properties`, from what `BAPI_USER_GET_DETAIL` says. */
  readonly properties?: (detail: SapUserDetail) => NonNullable<AccountInput['properties']>
  /**
   * How long it counts that the client reported a wrong password. Default: a made-up user with a made-up password is
   * tried before each login is accepted, which SAP writes down as a failed logon of nobody.
   */
  readonly probeEvery?: Duration
  readonly clock?: Clock
}

/** What `BAPI_USER_GET_DETAIL` exports, by the names of SAP: `ADDRESS`, `LOGONDATA`, `ACTIVITYGROUPS` … */
export type SapUserDetail = Readonly<Record<string, unknown>>

/**
 * Users of an SAP system by RFC, which says more than HTTP does: `SUSR_LOGIN_CHECK_RFC` tells a locked user and an expired
 * password from a wrong one, and `BAPI_USER_GET_DETAIL` gives the roles.
 *
 * @throws {ConfigurationError} when something in the options cannot be right.
 */
export function sapRfcSource(options: SapRfcSourceOptions): UserSource {
  const { name = 'sap', client, roleMap, properties, probeEvery, clock = Date.now, ...rules } = options
  assertSourceName(name)
  if (typeof client?.call !== 'function')
    throw new ConfigurationError('sapRfcSource() needs a client with a method call(functionName, parameters, signal).')

  const probe = createPasswordProbe(probeEvery, 'sapRfcSource()', clock)

  const call = (functionName: string, parameters: Readonly<Record<string, unknown>>, signal: AbortSignal) =>
    untilAborted(signal, () => client.call(functionName, parameters, signal))

  /** With the new exceptions SAP says PASSWORD_ATTEMPTS_LIMITED where it would say NO_CHECK_FOR_THIS_USER. */
  const checkLogin = (username: string, password: string, signal: AbortSignal) =>
    call('SUSR_LOGIN_CHECK_RFC', { BNAME: username, PASSWORD: password, USE_NEW_EXCEPTION: 1 }, signal)

  /** A client that keeps exceptions to itself would make every password the right one. */
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
/** `XUBNAME` and `XUBCODE`: fields that cut off what is longer, and do not know blanks at their end. */
const NAME_LENGTH = 12
const PASSWORD_LENGTH = 40
type Locks = Readonly<Record<string, string>>
const LOCKS: Locks = { LOCAL_LOCK: 'locked', GLOB_LOCK: 'locked centrally' }
/** Why at a login alone: anybody can cause this lock by typing wrong passwords, and nobody's session shall end by that. */
const LOCKS_AT_LOGIN: Locks = { ...LOCKS, WRNG_LOGON: 'too many failed logons' }

/** The name in capitals, or null when no user can have it. One that is too long would be cut to that of somebody else. */
function sapUsername(typed: string): string | null {
  const upper = inCapitals(readTypedUsername(typed) ?? '')
  return upper && upper.length <= NAME_LENGTH ? upper : null
}

/** A password that the field would change must not be taken for the one that it is changed to. */
function fitsPasswordField(password: string): boolean {
  return isSendablePassword(password) && password.length <= PASSWORD_LENGTH && !password.endsWith(' ')
}

/** A client need not care for the signal. What it answers too late is for nobody. */
function untilAborted<T>(signal: AbortSignal, start: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('given up'))
    if (signal.aborted) return giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    start().then(resolve, reject)
  })
}

function lockIn(detail: SapUserDetail, locks: Locks): string | undefined {
  const state = structureOf(detail, 'ISLOCKED')
  return Object.entries(locks).find(([field]) => state[field] === 'L')?.[1]
}

/** A detail need not say whose it is. One that does has to be that of the user who was asked for. */
function assertAbout(detail: SapUserDetail, username: string): void {
  const places = [detail, detail.LOGONDATA, detail.ADDRESS, ...rowsOf(detail, 'ACTIVITYGROUPS')].filter(isObject)
  const named = places.flatMap((place) => [place.USERNAME, place.BNAME, place.UNAME].map(textOf)).filter(Boolean)
  if (named.some((name) => name !== username))
    throw new Error('BAPI_USER_GET_DETAIL: the answer is about another user than was asked for')
}

/** A day without a date has no bounds on that side. */
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
