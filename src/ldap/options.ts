import type { Clock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import type { Role } from '../policy/role.ts'
import type { SourceRules } from '../users/user-source.ts'

/** The address of the directory, the account that searches, and the meaning of entries. */
export interface LdapSourceOptions extends SourceRules {
  /** The name of the source. Default: `ldap`. */
  readonly name?: string
  /** `ldaps://host` or `ldap://host:389`. Several servers with the same content are tried in this order. */
  readonly url: string | readonly string[]
  /** The kind of directory. Default: {@link openldap}. Each option of a preset can be overridden here. */
  readonly preset?: LdapPreset
  /** The DN below which users are searched, in the whole subtree. */
  readonly base: string
  /**
   * The account that searches, which is a service account. Or a template: users bind under a name made from the typed
   * name.
   */
  readonly bind: LdapServiceBind | LdapDirectBind
  /** The filter that finds a user. `{username}` is replaced by the typed name, escaped. */
  readonly userFilter?: string
  /** The attribute with the user name, which becomes the name of the account. */
  readonly userAttribute?: string
  /** The attribute with the id of the account. Default: the user attribute, in small letters. */
  readonly idAttribute?: string
  /** The attribute with the description of the user. */
  readonly description?: string
  /** Properties of the account, each with its attribute. A property without a value is left out. */
  readonly properties?: Readonly<Record<string, string>>
  /**
   * The text forms of attributes that hold bytes: `{ netidGuid: 'uuid' }`. Already known are `objectGUID`,
   * `mS-DS-ConsistencyGuid`, `objectSid` and eDirectory's `GUID`. All others are text, in UTF-8.
   */
  readonly octets?: Readonly<Record<string, LdapOctetForm>>
  /** The search for a user's groups. */
  readonly groups?: LdapGroups | 'none'
  /** The roles of groups by CN or DN, or a function that returns them. Default: groups bring no roles. */
  readonly roles?: LdapRoles
  /** The place where the directory stores the state of accounts. */
  readonly accountState?: LdapAccountState
  /** The DN of the overlay's default policy. Needed to recognise expired passwords and ended lockouts. */
  readonly passwordPolicy?: string
  readonly tls?: LdapTlsOptions
  /** Allows passwords to be sent unencrypted to another machine. Default: false. */
  readonly insecure?: boolean
  /** The longest time to connect to one URL, with TLS. Default: 2 s. */
  readonly connectTimeout?: Duration
  /** The longest time for one answer. Default: 4 s. */
  readonly timeout?: Duration
  /** The largest number of connections of the service account. Default: 5. */
  readonly connections?: number
  readonly clock?: Clock
}

/** The encryption of connections, in addition to the URL. */
export interface LdapTlsOptions {
  /** Certificates (PEM) of authorities that replace Node's authorities. */
  readonly ca?: string | readonly string[]
  /** A file with such certificates (PEM). */
  readonly caFile?: string
  /** Encrypts `ldap://` before any other message (StartTLS). Default: false. */
  readonly startTls?: boolean
  /** The name that the certificate must have. Default: the host of the URL. */
  readonly serverName?: string
}

/** A service account that may search, read groups, and read the operational attributes of the password policy. */
export interface LdapServiceBind {
  /** The DN. Active Directory also accepts `name@domain`. */
  readonly dn: string
  readonly password: string
}

/** Users bind themselves. Without a service account `lookup` is missing, so sessions stay as they were at login. */
export interface LdapDirectBind {
  /** `uid={username},ou=people,dc=example,dc=org`, or for Active Directory `{username}@example.org`. */
  readonly template: string
}

/** The two ways to find groups. */
export type LdapGroups =
  | {
      /** The entry of the user lists its groups. */
      readonly by: 'memberOf'
      /** Only groups below this DN count. Default: all groups count. */
      readonly base?: string
      /** True when groups of groups count, ten levels deep. Default: true. */
      readonly nested?: boolean
    }
  | {
      /** Groups list their members. */
      readonly by: 'search'
      /** The DN below which groups are searched. Default: the base of the source. */
      readonly base?: string
      /** The filter that finds the groups of `{dn}`, or of `{username}`. */
      readonly filter: string
      /** True when groups of groups count, ten levels deep. Default: true. */
      readonly nested?: boolean
    }

/** A group of a user. */
export interface LdapGroup {
  readonly dn: string
  /** The common name of the group, if its DN begins with one. */
  readonly cn: string | undefined
}

/** The roles of groups by CN or DN, or a function of all groups of a user. */
export type LdapRoles =
  | Readonly<Record<string, Role | string | readonly (Role | string)[]>>
  | ((groups: readonly LdapGroup[]) => readonly (Role | string)[])

/**
 * The text form of an attribute's bytes. `uuid`: in their order. `guid`: in the order of Windows. `sid`: as
 * `S-1-5-21-…`. `hex` and `base64`: any bytes. `text`: UTF-8.
 */
export type LdapOctetForm = 'text' | 'uuid' | 'guid' | 'sid' | 'hex' | 'base64'

/** The keeper of the state of accounts: the password policy overlay, Active Directory, or none. */
export type LdapAccountState = 'ppolicy' | 'activeDirectory' | 'none'

/** The options that all directories of one kind share. */
export interface LdapPreset {
  readonly userFilter: string
  readonly userAttribute: string
  readonly description: string
  readonly groups: LdapGroups | 'none'
  readonly accountState: LdapAccountState
}
