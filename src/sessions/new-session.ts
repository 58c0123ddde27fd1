import { randomBytes } from 'node:crypto'
import type { Account } from '../users/account.ts'
import { userId } from '../users/user.ts'
import type { Lifetimes } from './lifetimes.ts'
import { freezeSession, type Session } from './session.ts'
import { MAX_ORIGIN_LENGTH, type SessionRecord } from './session-store.ts'

export interface StartOptions {
  readonly persistent: boolean
  /** `Sessions.revision`, read before the password was checked. Later revocations concern the new session. */
  readonly revision: number
  /** The session that ends once this one has started. The session limit leaves it out. */
  readonly replaces?: string | undefined
  /** Role names that the application gives beside those of the source. */
  readonly assignedRoles?: readonly string[]
  /** The methods by which the identity was proved, each with its time. Default: the password, now. */
  readonly methods?: Readonly<Record<string, number>> | undefined
  /**
   * The time of the login, where a new session replaces an older one of the same login. Default: now. The new session
   * ends when the older one would have ended.
   */
  readonly continues?: Pick<Session, 'startedAt' | 'expiresAt'> | undefined
  /** The client address and the user agent of the request, for lists of sessions. */
  readonly origin?: { readonly clientAddress?: string | undefined; readonly userAgent?: string | undefined }
}

/** Returns a session that starts now. */
export function newSession(
  source: string,
  account: Account,
  { persistent, revision, assignedRoles = [], methods, continues }: StartOptions,
  lifetimes: Lifetimes,
  now: number,
): Session {
  return freezeSession({
    // Hex: an id that began with a dash would be an option on the command line.
    id: randomBytes(16).toString('hex'),
    userId: userId(source, account.id),
    source,
    account,
    assignedRoles: [...assignedRoles],
    startedAt: continues?.startedAt ?? now,
    ...(methods ? { methods: { ...methods } } : {}),
    startedAtRevision: revision,
    expiresAt: continues?.expiresAt ?? now + (persistent ? lifetimes.persistentMs : lifetimes.browserMs),
    idleUntil: persistent ? null : now + lifetimes.leaseMs + lifetimes.idleMs,
    confirmedAtRevision: revision,
    leaseUntil: now + lifetimes.leaseMs,
    persistent,
  })
}

/** Returns the record of a session for the store. */
export function recordOf(session: Session, { origin = {} }: StartOptions): SessionRecord {
  const { id, startedAt, expiresAt, persistent, account } = session
  return {
    id,
    userId: session.userId,
    userName: account.name,
    startedAt,
    lastSeenAt: startedAt,
    expiresAt,
    persistent,
    clientAddress: origin.clientAddress?.slice(0, MAX_ORIGIN_LENGTH) ?? null,
    userAgent: origin.userAgent?.slice(0, MAX_ORIGIN_LENGTH) ?? null,
  }
}
