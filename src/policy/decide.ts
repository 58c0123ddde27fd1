import type { Duration } from '../duration.ts'
import { isRecent } from './recency.ts'
import type {
  AuthenticationMethod,
  CheckRequirement,
  FactorRequirement,
  PermissionRequirement,
  Recency,
  RecentRequirement,
  Requirement,
  RolesRequirement,
} from './requirement.ts'

/** The facts about a user that a decision needs. A `User` is a subject. */
export interface Subject {
  readonly isAnonymous: boolean
  readonly isSuperuser: boolean
  /** Names of the user's own roles and permissions. The sets of a superuser hold only the own names, too. */
  readonly roleNames: ReadonlySet<string>
  readonly permissionNames: ReadonlySet<string>
  /**
   * Time when the password was given, in milliseconds since 1970-01-01 UTC. A missing time is too long ago for every
   * requirement.
   */
  readonly authenticatedAt?: number | null
  /** Each method by which the user proved the identity, with its time. Missing: none. */
  readonly authenticatedWith?: Readonly<Record<string, number>>
}

/** Allowed or denied, with the reason. The reason is for logs and audits, and must never be sent to the user. */
export type Decision =
  | { readonly allowed: true; readonly reason: AllowedReason }
  | { readonly allowed: false; readonly reason: DeniedReason }

/** The reason why a request is allowed. */
export type AllowedReason =
  | { readonly code: 'superuser' }
  | { readonly code: 'has-role'; readonly role: string }
  | { readonly code: 'has-permission'; readonly permission: string }
  | { readonly code: 'check-passed' }
  | { readonly code: 'signed-in-recently'; readonly within: Duration }
  | { readonly code: 'authenticated-with'; readonly method: AuthenticationMethod }

/** The reason why a request is denied. {@link explain} makes a sentence of it. */
export type DeniedReason =
  | { readonly code: 'missing-role'; readonly roles: readonly string[] }
  | { readonly code: 'missing-permission'; readonly permission: string }
  | { readonly code: 'check-refused' }
  | { readonly code: 'check-failed'; readonly cause: unknown }
  /** The user meets the rest of the requirement; only the login is too old. */
  | { readonly code: 'signed-in-too-long-ago'; readonly within: Duration }
  /** The user meets the rest of the requirement, and has still to use this method, or to use it again. */
  | { readonly code: 'missing-method'; readonly method: AuthenticationMethod; readonly within?: Duration }

/**
 * Decides whether a user meets a requirement.
 *
 * Roles and permissions are decided synchronously. A superuser has all of them.
 *
 * A checker runs for every user, including superusers and anonymous users. Only a checker that returns exactly `true`
 * allows. Any other value, a throw and a rejection deny.
 *
 * `authenticatedWithin` and `authenticatedWith` are checked last, for superusers too. The time is counted back from
 * `now`, in milliseconds since 1970-01-01 UTC. A checker that fails becomes a decision, so `decide` never throws or rejects.
 *
 * ```ts
 * import { decide, definePermission, type Subject } from 'ostiary'
 *
 * const EDIT = definePermission({ name: 'edit', description: 'Change documents' })
 * const user: Subject = {
 *   isAnonymous: false,
 *   isSuperuser: false,
 *   roleNames: new Set(['Editor']),
 *   permissionNames: new Set(['edit']),
 *   authenticatedAt: Date.now(),
 * }
 * const byPermission = decide(user, { permission: EDIT })
 * const byChecker = await decide(user, { check: (user) => user.roleNames.has('Editor') }, undefined)
 * const recent = decide(user, { permission: EDIT, authenticatedWithin: '15m' }, undefined, Date.now())
 * ```
 */
export function decide<S extends Subject, R>(
  subject: S,
  requirement: CheckRequirement<S, R> & AnyTime,
  request: R,
): Promise<Decision>
export function decide<S extends Subject, R>(
  subject: S,
  requirement: CheckRequirement<S, R>,
  request: R,
  now: number,
): Promise<Decision>
export function decide(subject: Subject, requirement: AtOnce & AnyTime): Decision
export function decide(subject: Subject, requirement: AtOnce, request: unknown, now: number): Decision
export function decide<S extends Subject, R>(
  subject: S,
  requirement: Requirement<S, R>,
  request: R,
  now: number,
): Decision | Promise<Decision>
export function decide<S extends Subject, R>(
  subject: S,
  requirement: Requirement<S, R>,
  request?: R,
  now: number = Number.NaN,
): Decision | Promise<Decision> {
  if ('roles' in requirement) return ofLogin(subject, requirement, now, decideRoles(subject, requirement))
  if ('permission' in requirement) return ofLogin(subject, requirement, now, decidePermission(subject, requirement))
  if ('check' in requirement)
    return decideCheck(subject, requirement, request as R).then((decision) =>
      ofLogin(subject, requirement, now, decision),
    )
  const { authenticatedWithin: within, authenticatedWith: method } = requirement
  // A requirement that is none, past every check.
  if (within === undefined && method === undefined)
    return { allowed: false, reason: { code: 'signed-in-too-long-ago', within: 0 } }
  const reason =
    method === undefined
      ? ({ code: 'signed-in-recently', within: within as Duration } as const)
      : ({ code: 'authenticated-with', method } as const)
  return ofLogin(subject, requirement, now, { allowed: true, reason })
}

/** The requirements that are decided synchronously. */
type AtOnce = RolesRequirement | PermissionRequirement | RecentRequirement | FactorRequirement
/** The requirements that are decided without a time. */
type AnyTime = { readonly authenticatedWithin?: undefined }

function decideRoles(subject: Subject, { roles }: RolesRequirement): Decision {
  if (subject.isSuperuser) return SUPERUSER
  for (const { name } of roles) {
    if (subject.roleNames.has(name)) return { allowed: true, reason: { code: 'has-role', role: name } }
  }
  return { allowed: false, reason: { code: 'missing-role', roles: roles.map((role) => role.name) } }
}

function decidePermission(subject: Subject, { permission }: PermissionRequirement): Decision {
  if (subject.isSuperuser) return SUPERUSER
  const { name } = permission
  return subject.permissionNames.has(name)
    ? { allowed: true, reason: { code: 'has-permission', permission: name } }
    : { allowed: false, reason: { code: 'missing-permission', permission: name } }
}

async function decideCheck<S, R>(subject: S, { check }: CheckRequirement<S, R>, request: R): Promise<Decision> {
  try {
    const answer: unknown = await check(subject, request)
    return answer === true ? CHECK_PASSED : CHECK_REFUSED
  } catch (cause) {
    return { allowed: false, reason: { code: 'check-failed', cause } }
  }
}

/** Checks the conditions on the login last, and only for a requirement that has some. */
function ofLogin(subject: Subject, requirement: Recency, now: number, met: Decision): Decision {
  const { authenticatedWithin: within, authenticatedWith: method } = requirement
  if ((within === undefined && method === undefined) || !met.allowed) return met
  if (subject.isAnonymous || (within !== undefined && !isRecent(subject.authenticatedAt, within, now)))
    return within === undefined
      ? { allowed: false, reason: { code: 'missing-method', method: method as AuthenticationMethod } }
      : { allowed: false, reason: { code: 'signed-in-too-long-ago', within } }
  if (method === undefined) return met
  const used = subject.authenticatedWith
  const usedAt = used && Object.hasOwn(used, method) ? used[method] : undefined
  if (within === undefined) return usedAt === undefined ? missing(method) : met
  return isRecent(usedAt, within, now) ? met : missing(method, within)
}

function missing(method: AuthenticationMethod, within?: Duration): Decision {
  return { allowed: false, reason: { code: 'missing-method', method, ...(within === undefined ? {} : { within }) } }
}

const SUPERUSER: Decision = Object.freeze({ allowed: true, reason: Object.freeze({ code: 'superuser' }) })
const CHECK_PASSED: Decision = Object.freeze({ allowed: true, reason: Object.freeze({ code: 'check-passed' }) })
const CHECK_REFUSED: Decision = Object.freeze({ allowed: false, reason: Object.freeze({ code: 'check-refused' }) })
