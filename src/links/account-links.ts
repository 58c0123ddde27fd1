import { randomBytes } from 'node:crypto'
import { type CoreServices, hashedKey, type KeptRecord } from '../http/index.ts'
import { ConfigurationError, type ManagedUser, type ManagedUserSource, UserNotFoundError } from '../index.ts'

/** The purpose of a link. A link of one purpose is refused for the others. */
export type LinkKind = 'reset' | 'invite' | 'verify' | 'signup'

/** A link that was made. Its secret stands in the link alone. */
export interface MadeLink {
  readonly link: string
  /** The end of the link, in milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number
}

/** Links with which users of the user management set their password. Each is good once. */
export interface AccountLinks {
  /**
   * Makes a link for a user who has forgotten the password.
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when the name is unusable.
   * @throws {RecordsUnavailableError} when the store of records fails to answer.
   * @throws {ConfigurationError} when no source is managed by Ostiary.
   * @throws {DatabaseError} when the database of the users cannot be opened.
   */
  reset(username: string): Promise<MadeLink>
  /**
   * Makes a link for a new user, who sets the first password with it. Lasts longer than one for a forgotten password.
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when the name is unusable.
   * @throws {RecordsUnavailableError} when the store of records fails to answer.
   * @throws {ConfigurationError} when no source is managed by Ostiary.
   * @throws {DatabaseError} when the database of the users cannot be opened.
   */
  invite(username: string): Promise<MadeLink>
  /**
   * Makes a link with which a user proves a mail address. Sending it is up to the application. The user who opens the
   * link and confirms has the address in the property `mail` from then on. Lasts as long as one for a forgotten password.
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when the name is unusable.
   * @throws {RecordsUnavailableError} when the store of records fails to answer.
   * @throws {ConfigurationError} when no source is managed by Ostiary.
   * @throws {DatabaseError} when the database of the users cannot be opened.
   */
  verify(username: string, mail: string): Promise<MadeLink>
}

/** A link as the store of records keeps it, under the hash of its secret. */
export interface KeptLink {
  readonly kind: LinkKind
  readonly username: string
  /** The mail address that the link proves. */
  readonly mail?: string
  /** True while a password is set with the link. Nobody else may use the link meanwhile. */
  readonly claimed?: boolean
}

/** What endpoints do with links, beside making them. */
export interface LinkStore extends AccountLinks {
  /** Resolves to a link that is good: neither used nor expired, of an account that is still there and enabled. */
  find(secret: string): Promise<KeptRecord<KeptLink> | undefined>
  /** Claims a link before it is used. Of several calls at once, exactly one gets true. */
  claim(record: KeptRecord<KeptLink>): Promise<boolean>
  /** Gives back a link that was claimed and not used, unless it was removed meanwhile. */
  release(record: KeptRecord<KeptLink>): Promise<void>
  /** Makes a link with which somebody without an account proves a mail address, and then adds the account. */
  signUp(mail: string): Promise<MadeLink>
  /** Removes a link that was used. */
  remove(record: KeptRecord<KeptLink>): Promise<void>
  /** Removes all links of a user. */
  removeAll(userId: string): Promise<void>
}

export interface LinkRules {
  /** The address of the login routes. */
  readonly url: string
  readonly resetMs: number
  readonly inviteMs: number
}

/** Keeps the links in the store of records. */
export function createLinks(services: CoreServices, { url, resetMs, inviteMs }: LinkRules): LinkStore {
  const kept = services.records.of<KeptLink>('link')

  async function make(kind: LinkKind, username: string, lifetimeMs: number, mail?: string): Promise<MadeLink> {
    const { source, user } = await managedUser(services, username)
    const secret = randomBytes(32).toString('base64url')
    const expiresAt = services.clock() + lifetimeMs
    const owner = `${source.name}:${user.id}`
    await kept.add(
      hashedKey(secret),
      { kind, username: user.username, ...(mail !== undefined && { mail }) },
      { owner, expiresAt },
    )
    services.record({ type: 'extension', extension: 'links', action: `${kind}-made`, user: owner })
    return { link: `${url}/${kind}/link?token=${secret}`, expiresAt }
  }

  return {
    reset: (username) => make('reset', username, resetMs),
    invite: (username) => make('invite', username, inviteMs),
    verify: (username, mail) => make('verify', username, resetMs, mail),
    async signUp(mail) {
      const secret = randomBytes(32).toString('base64url')
      const expiresAt = services.clock() + resetMs
      await kept.add(hashedKey(secret), { kind: 'signup', username: '', mail }, { expiresAt })
      return { link: `${url}/signup/link?token=${secret}`, expiresAt }
    },
    async remove({ key }) {
      await kept.remove(key)
    },
    async find(secret) {
      const found = await kept.find(hashedKey(secret), 'missing')
      if (!found || found.value.claimed) return undefined
      if (found.value.kind === 'signup') return found
      const source = managedSource(services)
      const user = await source.get(found.value.username)
      // Why by id: a user who is added again under the same name is somebody else.
      return user && !user.disabled && `${source.name}:${user.id}` === found.owner ? found : undefined
    },
    claim: (record) => kept.replace(record, { ...record.value, claimed: true }),
    async release({ key, value }) {
      // Why no new record: a new password voids all links, also one that somebody is using.
      const claimed = await kept.find(key)
      if (claimed) await kept.replace(claimed, { ...value, claimed: false })
    },
    async removeAll(userId) {
      await kept.removeOwned(userId)
    },
  }
}

/** Returns the user management. @throws {ConfigurationError} when no source is managed by Ostiary. */
export function managedSource({ sources, users }: CoreServices): ManagedUserSource {
  const source = sources.find((each) => each === (users as unknown))
  if (!source)
    throw new ConfigurationError('accountLinks() needs a source of local users, such as localUsers(database).')
  return source as ManagedUserSource
}

/** Resolves to a user of the user management. @throws {UserNotFoundError} when there is none. */
async function managedUser(
  services: CoreServices,
  username: string,
): Promise<{ readonly source: ManagedUserSource; readonly user: ManagedUser }> {
  const source = managedSource(services)
  await source.ready?.()
  const user = await source.get(username)
  if (!user) throw new UserNotFoundError(`There is no user ${JSON.stringify(username)}.`)
  return { source, user }
}
