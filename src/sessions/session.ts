import type { Account, JsonValue } from '../users/account.ts'
import { freezeJson } from '../users/freeze-json.ts'
import { splitUserId } from '../users/user.ts'

/** A signed-in stay, as the sealed cookie carries it. Frozen with everything in it. All times are milliseconds since 1970. */
export interface Session {
  readonly id: string
  /** `source:id` of whoever is signed in. */
  readonly userId: string
  readonly source: string
  /** Who that is, by the source's last word. Role names only: what a role may do is looked up in the code. */
  readonly account: Account
  /** Role names that the application gives beside those of the source. */
  readonly assignedRoles?: readonly string[]
  /** When the password was accepted. */
  readonly startedAt: number
  /** The number of the latest session change before the password was checked: what is revoked later concerns it. */
  readonly startedAtRevision: number
  /** Nothing extends a session beyond this. */
  readonly expiresAt: number
  /** When it ends unless it is used before. Null when idleness does not end it. */
  readonly idleUntil: number | null
  /** The number of the latest session change when the session store was last asked. */
  readonly confirmedAtRevision: number
  /** How long it may be believed without asking again. */
  readonly leaseUntil: number
  /** Whether it outlives the browser. */
  readonly persistent: boolean
}

/** A session, and what its cookie is to hold. */
export interface SealedSession {
  readonly session: Session
  readonly sealed: string
}

/** Clocks of nodes may differ by this much. Expiry knows no such leeway. */
export const MAX_CLOCK_SKEW_MS = 60_000

/**
 * Whether the lease, and what is added to it, lasts. One that ends later than any that begins now was granted by a
 * clock that has been set back since.
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
    b: session.startedAtRevision,
    x: session.expiresAt,
    i: session.idleUntil,
    c: session.confirmedAtRevision,
    l: session.leaseUntil,
    k: session.persistent,
  }
  return JSON.stringify(payload)
}

/** Reads what {@link encodeSession} wrote. Undefined when it is of another version or no session at all. */
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
  return Object.freeze(session)
}

/** Changes whenever the payload does, so that a deployment never misreads a cookie of another one. */
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

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
