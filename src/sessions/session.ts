import type { Account, JsonValue } from '../users/account.ts'
import { freezeJson } from '../users/freeze-json.ts'
import { splitUserId } from '../users/user.ts'

/** A session as the sealed cookie carries it. Deeply frozen. All times are milliseconds since 1970-01-01 UTC. */
export interface Session {
  readonly id: string
  /** `source:id` of the user. */
  readonly userId: string
  readonly source: string
  /** The account by the last answer of its source. Holds role names only: their permissions stand in the code. */
  readonly account: Account
  /** Role names that the application gives beside those of the source. */
  readonly assignedRoles?: readonly string[]
  /** The time when the password was accepted. */
  readonly startedAt: number
  /** The methods by which the user proved the identity, each with its time. Missing: the password, at the start. */
  readonly methods?: Readonly<Record<string, number>>
  /** The latest revision before the password was checked. Later revocations concern the session. */
  readonly startedAtRevision: number
  /** The latest time when the session ends. Fixed at its start. */
  readonly expiresAt: number
  /** The time when the session ends without further use. Null when the session is exempt from the idle time. */
  readonly idleUntil: number | null
  /** The latest revision when the session store was last asked. */
  readonly confirmedAtRevision: number
  /** The end of the lease: until then, the session is accepted without asking the store. */
  readonly leaseUntil: number
  /** True when the session outlives the browser. */
  readonly persistent: boolean
}

/** A session, and the value of its cookie. */
export interface SealedSession {
  readonly session: Session
  readonly sealed: string
}

/** The largest tolerated difference between the clocks of nodes. Expiry is exact, without this tolerance. */
export const MAX_CLOCK_SKEW_MS = 60_000

/**
 * Tells whether the lease, extended by the grace, lasts. False for a lease that ends later than a new lease would. Why:
 * its clock has been set back since.
 */
export function isLeased({ leaseUntil }: Session, now: number, leaseMs: number, graceMs = 0): boolean {
  return now < leaseUntil + graceMs && leaseUntil <= now + leaseMs + MAX_CLOCK_SKEW_MS
}

/** Writes a session as the text that is sealed. Short names: every byte travels with every request. */
export function encodeSession(session: Session): string {
  const { account } = session
  const payload: Payload = {
    v: VERSION,
    s: session.id,
    u: session.userId,
    n: account.name,
    d: account.description,
    r: account.roles,
    ...(session.assignedRoles?.length ? { g: session.assignedRoles } : {}),
    p: account.properties,
    a: account.superuser,
    t: session.startedAt,
    ...(session.methods ? { m: session.methods } : {}),
    b: session.startedAtRevision,
    x: session.expiresAt,
    i: session.idleUntil,
    c: session.confirmedAtRevision,
    l: session.leaseUntil,
    k: session.persistent,
  }
  return JSON.stringify(payload)
}

/** Reads a text of {@link encodeSession}. Undefined for another version or a malformed text. */
export function decodeSession(text: string): Session | undefined {
  let payload: Payload
  try {
    payload = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isPayload(payload)) return undefined
  const { source, accountId } = splitUserId(payload.u)
  return freezeSession({
    id: payload.s,
    userId: payload.u,
    source,
    account: {
      id: accountId,
      name: payload.n,
      description: payload.d,
      roles: payload.r,
      superuser: payload.a,
      properties: payload.p,
    },
    ...(payload.g ? { assignedRoles: payload.g } : {}),
    startedAt: payload.t,
    ...(payload.m ? { methods: payload.m } : {}),
    startedAtRevision: payload.b,
    expiresAt: payload.x,
    idleUntil: payload.i,
    confirmedAtRevision: payload.c,
    leaseUntil: payload.l,
    persistent: payload.k,
  })
}

/**
 * Freezes a session with everything in it, and returns the same session.
 *
 * Why: all requests of a session read one object, and what is in it is sealed again when the session is renewed.
 */
export function freezeSession(session: Session): Session {
  const { account, assignedRoles } = session
  freezeJson(account.roles)
  freezeJson(account.properties)
  Object.freeze(account)
  if (assignedRoles) Object.freeze(assignedRoles)
  if (session.methods) Object.freeze(session.methods)
  return Object.freeze(session)
}

/** The version of the payload, raised with each change. Why: a deployment refuses cookies of another version. */
const VERSION = 2

interface Payload {
  readonly v: typeof VERSION
  readonly s: string
  readonly u: string
  readonly n: string
  readonly d: string
  readonly r: readonly string[]
  readonly g?: readonly string[]
  readonly p: Readonly<Record<string, JsonValue>>
  readonly a: boolean
  readonly t: number
  readonly m?: Readonly<Record<string, number>>
  readonly b: number
  readonly x: number
  readonly i: number | null
  readonly c: number
  readonly l: number
  readonly k: boolean
}

function isPayload(value: unknown): value is Payload {
  if (typeof value !== 'object' || value === null) return false
  const p = value as Partial<Payload>
  return (
    p.v === VERSION &&
    isName(p.s) &&
    isName(p.u) &&
    p.u.includes(':') &&
    isName(p.n) &&
    typeof p.d === 'string' &&
    areTexts(p.r) &&
    (p.g === undefined || areTexts(p.g)) &&
    typeof p.p === 'object' &&
    p.p !== null &&
    typeof p.a === 'boolean' &&
    typeof p.k === 'boolean' &&
    Number.isFinite(p.t) &&
    (p.m === undefined || areTimes(p.m)) &&
    Number.isFinite(p.b) &&
    Number.isFinite(p.x) &&
    Number.isFinite(p.c) &&
    Number.isFinite(p.l) &&
    (p.i === null || Number.isFinite(p.i))
  )
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function areTimes(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(Number.isFinite)
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
