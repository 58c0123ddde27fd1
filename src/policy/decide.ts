import type { Duration } from '../duration.ts'
import type { GrantedPermissions } from './granted-permissions.ts'
import { permissionDecision } from './permission.ts'
import { isRecent } from './recency.ts'
import type {
  CheckRequirement,
  PermissionRequirement,
  RecentRequirement,
  Requirement,
  RolesRequirement,
} from './requirement.ts'

/** What a decision needs to know of the person who asks. A `User` is one. */
export interface Subject {
  readonly isAnonymous: boolean
  readonly isSuperuser: boolean
  /** The names of the person's own roles and permissions: a superuser is no exception here. */
  readonly roleNames: ReadonlySet<string>
  readonly permissionNames: ReadonlySet<string>
  /** The same permissions, where they can be found sooner than by name. */
  readonly heldPermissions?: Pick<GrantedPermissions, 'has'>
  /** When the password was given, in milliseconds since 1970. Without it, that is too long ago for any requirement. */
  readonly authenticatedAt?: number | null
}

/** Allowed or denied, with the reason. The reason is for logs and audits: it never goes to the one who asked. */
export type Decision =
  | { readonly allowed: true; readonly reason: AllowedReason }
  | { readonly allowed: false; readonly reason: DeniedReason }

/** Why somebody may come in. */
export type AllowedReason =
  | { readonly code: 'superuser' }
  | { readonly code: 'has-role'; readonly role: string }
  | { readonly code: 'has-permission'; readonly permission: string }
  | { readonly code: 'check-passed' }
  | { readonly code: 'signed-in-recently'; readonly within: Duration }

/** Why somebody may not. {@link explain} makes a sentence of it. */
export type DeniedReason =
  | { readonly code: 'missing-role'; readonly roles: readonly string[] }
  | { readonly code: 'missing-permission'; readonly permission: string }
  | { readonly code: 'check-refused' }
  | { readonly code: 'check-failed'; readonly cause: unknown }
  /** All else that was asked for is there. */
  | { readonly code: 'signed-in-too-long-ago'; readonly within: Duration }

/**
 * Decides whether somebody meets a requirement.
 *
 * Roles and permissions are decided at once, and a superuser has them all. A checker is asked whoever comes, superusers
 * included; it lets in by returning exactly `true`, and everything else denies: another value, a throw, a rejection.
 * `authenticatedWithin` is looked at last, and of superusers too; `now` is what it is counted back from, in milliseconds
 * since 1970. Never throws and never rejects.
 *
 * ```ts
 * decide(user, { permission: EDIT }).allowed
 * (await decide(user, { check: (user) => user.name === 'admin' }, request)).allowed
 * decide(user, { permission: PUBLISH, authenticatedWithin: '15m' }, request, Date.now()).allowed
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
  const { authenticatedWithin } = requirement
  if ('roles' in requirement) return inTime(subject, authenticatedWithin, now, decideRoles(subject, requirement))
  if ('permission' in requirement)
    return inTime(subject, authenticatedWithin, now, decidePermission(subject, requirement))
  if ('check' in requirement)
    return decideCheck(subject, requirement, request as R).then((decision) =>
      inTime(subject, authenticatedWithin, now, decision),
    )
  const met = { code: 'signed-in-recently', within: requirement.authenticatedWithin } as const
  return decideRecency(subject, requirement.authenticatedWithin, now, { allowed: true, reason: met })
}

/** What is decided without waiting for anybody. */
type AtOnce = RolesRequirement | PermissionRequirement | RecentRequirement
/** For calls that say no time. */
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
  return permissionDecision(
    permission,
    subject.heldPermissions?.has(permission) ?? subject.permissionNames.has(permission.name),
  )
}

async function decideCheck<S, R>(subject: S, { check }: CheckRequirement<S, R>, request: R): Promise<Decision> {
  try {
    const answer: unknown = await check(subject, request)
    return answer === true ? CHECK_PASSED : CHECK_REFUSED
  } catch (cause) {
    return { allowed: false, reason: { code: 'check-failed', cause } }
  }
}

/** Looks at the time last, and only where something is asked of it. */
function inTime(subject: Subject, within: Duration | undefined, now: number, decision: Decision): Decision {
  return within === undefined || !decision.allowed ? decision : decideRecency(subject, within, now, decision)
}

function decideRecency(subject: Subject, within: Duration, now: number, met: Decision): Decision {
  if (!subject.isAnonymous && isRecent(subject.authenticatedAt, within, now)) return met
  return { allowed: false, reason: { code: 'signed-in-too-long-ago', within } }
}

const SUPERUSER: Decision = Object.freeze({ allowed: true, reason: Object.freeze({ code: 'superuser' }) })
const CHECK_PASSED: Decision = Object.freeze({ allowed: true, reason: Object.freeze({ code: 'check-passed' }) })
const CHECK_REFUSED: Decision = Object.freeze({ allowed: false, reason: Object.freeze({ code: 'check-refused' }) })
