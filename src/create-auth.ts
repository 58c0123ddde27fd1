import { type AuditLog, type AuditTrail, createAuditTrail } from './audit/audit-trail.ts'
import type { Clock } from './clock.ts'
import type { Duration } from './duration.ts'
import { ConfigurationError } from './errors.ts'
import { createIdentifier, type Identifier, setSessionCookie } from './login/identify.ts'
import { createLogin, type Login } from './login/login.ts'
import type { Permission } from './policy/permission.ts'
import type { Requirement } from './policy/requirement.ts'
import type { Role } from './policy/role.ts'
import { createRoleBook, type RoleBook } from './policy/role-book.ts'
import type { Keyring } from './sessions/keyring.ts'
import { type LifetimeOptions, type Lifetimes, readLifetimes } from './sessions/lifetimes.ts'
import { memorySessions } from './sessions/memory-sessions.ts'
import type { SealedSession, Session } from './sessions/session.ts'
import {
  type Connection,
  createSessionCookie,
  type SessionCookie,
  type SessionCookieOptions,
} from './sessions/session-cookie.ts'
import { sessionKeyring } from './sessions/session-keyring.ts'
import type { RevocationTarget, SessionRecord, SessionStore } from './sessions/session-store.ts'
import { createSessions, type Sessions } from './sessions/sessions.ts'
import { createAlwaysSuperuser } from './users/always-superuser.ts'
import { type AccountChange, type House, isManagedUserSource, type ManagedUsers } from './users/managed-users.ts'
import { createSourceChain } from './users/source-chain.ts'
import { User } from './users/user.ts'
import type { UserSource } from './users/user-source.ts'
import { warn } from './warn.ts'

/** What an application tells the doorkeeper. */
export interface AuthOptions {
  readonly roles: readonly Role[]
  /** Permissions that no role has, and that only superusers are to have. */
  readonly permissions?: readonly Permission[]
  /** Where people live, asked in this order. */
  readonly sources?: readonly UserSource[]
  readonly sessions?: SessionOptions
  /** Separates the keys of applications that share a secret. Default: `ostiary`. */
  readonly application?: string
  /** Where events go instead of the application's own log. */
  readonly audit?: AuditLog | readonly AuditLog[]
  /** How long a source may take to answer. Default: 5 s. */
  readonly sourceDeadline?: Duration
  /**
   * For development only: whatever is typed into the login form signs in a superuser. Default: what the environment
   * variable OSTIARY_ALWAYS_SUPERUSER says. Refused in production.
   */
  readonly alwaysSuperuser?: boolean
  /** Default: `Date.now`. */
  readonly clock?: Clock
}

/** How people stay signed in. */
export interface SessionOptions extends LifetimeOptions {
  /** Default: the memory of this process. */
  readonly store?: SessionStore
  /**
   * At least 32 characters, several of them separated by commas or as a list: the first seals, all of them unseal.
   * Default: the environment variable OSTIARY_SECRET; without that, production does not start, and development
   * makes one up.
   */
  readonly secret?: string | readonly string[] | undefined
  readonly cookie?: SessionCookieOptions
}

/** The doorkeeper of one application. Immutable; two of them can live in one process. */
export interface Auth extends Pick<Login, 'signIn' | 'signOut'>, Identifier, Pick<AuditTrail, 'on'> {
  readonly roles: readonly Role[]
  readonly permissions: readonly Permission[]
  readonly sources: readonly UserSource[]
  /** User management, when one of the sources is our own. */
  readonly users: ManagedUsers | undefined
  readonly sessions: SessionAdministration
  readonly audit: AuditTrail
  readonly cookie: SessionCookie
  /** The `Set-Cookie` header for a session that {@link signIn} started. */
  setCookie(session: SealedSession, connection: Connection): string
  /** @throws {ConfigurationError} when a requirement names a role or permission that this Auth does not know. */
  assertKnown(requirement: Requirement, where: string): void
  /** The same Auth with one more source, last unless a position is given. Sessions, roles and audit are shared. */
  withSource(source: UserSource, position?: number): Auth
  /** Makes all sources and the session store ready. Adapters await it before they serve. */
  ready(): Promise<void>
  /** Stops listening to the session store, and closes the sources: also those that it shares with another Auth. */
  close(): Promise<void>
}

/** What an administrator may do about sessions. */
export interface SessionAdministration {
  /** The name of the store, such as `memory` or `sql`. */
  readonly storeName: string
  /** The sessions that live, oldest first. */
  list(query?: { readonly userId?: string }): AsyncIterable<SessionRecord>
  /** Ends sessions at once, here and within a second everywhere. Resolves to how many it ended. */
  revoke(target: RevocationTarget): Promise<number>
}

/**
 * The composition root: configuration in, an immutable {@link Auth} out.
 *
 * Touches no disk and no network: that is for {@link Auth.ready}.
 *
 * @throws {ConfigurationError} that says what is wrong and what to do.
 */
export function createAuth(options: AuthOptions): Auth {
  assertUsable(options)
  const production = process.env.NODE_ENV === 'production'
  const { clock = Date.now, sourceDeadline = '5s', sessions = {}, audit } = options
  const alwaysSuperuser = options.alwaysSuperuser ?? isTrue(process.env.OSTIARY_ALWAYS_SUPERUSER)
  return assemble(options.sources ?? [], {
    superuserSwitch: alwaysSuperuser ? createAlwaysSuperuser(production) : undefined,
    roleBook: createRoleBook(options.roles, options.permissions, warnOfUnknownRole()),
    trail: createAuditTrail(audit === undefined ? [] : [audit].flat(), clock),
    store: sessions.store ?? memorySessions({ clock }),
    keyring: sessionKeyring(
      sessions.secret ?? process.env.OSTIARY_SECRET,
      options.application ?? 'ostiary',
      production,
    ),
    cookie: createSessionCookie(sessions.cookie ?? {}, production),
    lifetimes: readLifetimes(sessions),
    clock,
    sourceDeadline,
  })
}

/** What an Auth has in common with those that `withSource` makes of it. */
interface Foundation {
  /** The source that, while it is there, is the only one to be asked. */
  readonly superuserSwitch: UserSource | undefined
  readonly roleBook: RoleBook
  readonly trail: AuditTrail
  readonly store: SessionStore
  readonly keyring: () => Keyring
  readonly cookie: SessionCookie
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  readonly sourceDeadline: Duration
  /** One for all of them: a managed source tells it of a change once. */
  readonly house?: House
}

function assemble(sources: readonly UserSource[], foundation: Foundation): Auth {
  const { roleBook, trail, store, keyring, cookie, clock, superuserSwitch, sourceDeadline } = foundation
  const chain = createSourceChain(sources, sourceDeadline, superuserSwitch)
  const { maxSealedLength } = cookie
  const sessions = createSessions({ ...foundation, maxSealedLength, lookup: chain.lookup, hasSource: chain.hasSource })
  const userOf = ({ source, account }: Session): User => new User(source, account, roleBook.roleSet(account.roles))
  const administration = administer(sessions, store, trail)
  const house = foundation.house ?? createHouse(roleBook, sessions, administration, trail)
  for (const source of chain.sources) if (isManagedUserSource(source)) source.join(house)
  let made: Promise<void> | undefined

  async function makeReady(): Promise<void> {
    keyring()
    await Promise.all(chain.sources.map((source) => source.ready?.()))
    await sessions.ready()
  }

  return Object.freeze({
    roles: roleBook.roles,
    permissions: roleBook.permissions,
    sources: chain.sources,
    users: chain.sources.find(isManagedUserSource),
    audit: trail,
    cookie,
    on: trail.on,
    assertKnown: roleBook.assertKnown,
    ...createIdentifier(cookie, sessions, userOf, clock),
    ...createLogin(chain, sessions, trail, userOf),
    setCookie: (session: SealedSession, connection: Connection) =>
      setSessionCookie(cookie.for(connection), session, clock()),

    sessions: administration,

    withSource: (source: UserSource, position: number = sources.length) =>
      assemble(sources.toSpliced(position, 0, source), { ...foundation, house }),

    async ready() {
      made ??= makeReady()
      try {
        await made
      } catch (error) {
        // Let the next call try again.
        made = undefined
        throw error
      }
    },

    async close() {
      made = undefined
      await sessions.close()
      await Promise.all(chain.sources.map((source) => source.close?.()))
    },
  })
}

/** Callers in JavaScript may have written anything. */
function assertUsable(options: AuthOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('createAuth() needs options: createAuth({ roles, sources, sessions }).')
  }
  const { application, audit, clock, sessions } = options
  const unusable = [
    application !== undefined && (typeof application !== 'string' || application === '') && 'application is a text',
    clock !== undefined && typeof clock !== 'function' && 'clock is a function such as Date.now',
    audit !== undefined &&
      ![audit].flat().every((log) => typeof log?.record === 'function') &&
      'audit is an AuditLog, or several',
    sessions?.store !== undefined &&
      typeof sessions.store?.confirm !== 'function' &&
      'sessions.store is a SessionStore',
  ].filter((sentence) => typeof sentence === 'string')
  if (unusable.length > 0) throw new ConfigurationError(`The options of createAuth(): ${unusable.join('; ')}.`)
}

function administer(sessions: Sessions, store: SessionStore, trail: AuditTrail): SessionAdministration {
  return Object.freeze({
    storeName: store.name,
    list: sessions.list,
    async revoke(target: RevocationTarget) {
      const ended = await sessions.revoke(target)
      trail.record({ type: 'session.revoked', target, ended })
      return ended
    },
  })
}

/** Makes what happens to an account take effect on its live sessions. */
function createHouse(
  roleBook: RoleBook,
  sessions: Sessions,
  administration: SessionAdministration,
  trail: AuditTrail,
): House {
  return {
    roleNames: roleBook.roles.map((role) => role.name),
    async accountChanged({ kind, userId, username }: AccountChange) {
      trail.record({ type: 'user.changed', change: kind, user: userId, userName: username })
      if (kind === 'roles' || kind === 'superuser') await sessions.markStale(userId)
      else if (kind === 'password' || kind === 'disabled' || kind === 'deleted')
        await administration.revoke({ user: userId })
    },
  }
}

function warnOfUnknownRole(): (name: string) => void {
  const warned = new Set<string>()
  return (name) => {
    if (warned.has(name) || warned.size >= MOST_WARNINGS) return
    warned.add(name)
    warn(
      'OSTIARY_ROLE_IGNORED',
      `A source gives the role ${JSON.stringify(name)}, which the code does not declare. It is ignored.`,
    )
  }
}

const MOST_WARNINGS = 100

function isTrue(variable: string | undefined): boolean {
  return variable !== undefined && ['1', 'true', 'yes', 'on'].includes(variable.toLowerCase())
}
