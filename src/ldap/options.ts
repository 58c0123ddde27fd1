import type { Clock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import type { Role } from '../policy/role.ts'
import type { SourceRules } from '../users/user-source.ts'

/** Where the directory is, who asks it, and what is to be made of its entries. */
export interface LdapSourceOptions extends SourceRules {
  /** The name of the source. Default: `ldap`. */
  readonly name?: string
  /** `ldaps://host`, `ldap://host:389`: one, or several that hold the same, tried in this order. */
  readonly url: string | readonly string[]
  /** What kind of directory it is. Default: {@link openldap}. The options that a preset has can be given beside it. */
  readonly preset?: LdapPreset
  /** Where people are searched for, in the whole subtree. */
  readonly base: string
  /** Who searches: a service account; or nobody, and people bind under a name that is made from what they type. */
  readonly bind: LdapServiceBind | LdapDirectBind
  /** Finds the entry of a person. `{username}` stands for what was typed, and is escaped. */
  readonly userFilter?: string
  /** The attribute that holds the user name. It is the name of the account. */
  readonly userAttribute?: string
  /** The attribute that is the id of the account. Default: the user attribute, in small letters. */
  readonly idAttribute?: string
  /** The attribute that describes a person. */
  readonly description?: string
  /** Properties of the account, each with the attribute that it is read from. One without a value is left out. */
  readonly properties?: Readonly<Record<string, string>>
  /**
   * How bytes are written as text, by the attribute that holds them: `{ netidGuid: 'uuid' }`. Known already are
   * `objectGUID`, `mS-DS-ConsistencyGuid`, `objectSid` and eDirectory's `GUID`. All others are text, in UTF-8.
   */
  readonly octets?: Readonly<Record<string, LdapOctetForm>>
  /** How the groups of a person are found. */
  readonly groups?: LdapGroups | 'none'
  /** Which roles a group brings, by its CN or DN; or a function that says so. Default: no roles. */
  readonly roles?: LdapRoles
  /** How the directory keeps the state of accounts. */
  readonly accountState?: LdapAccountState
  /** The DN of the default policy of the overlay, so that expired passwords and ended lockouts are told apart. */
  readonly passwordPolicy?: string
  readonly tls?: LdapTlsOptions
  /** Lets passwords travel unencrypted to another machine. Default: false. */
  readonly insecure?: boolean
  /** How long one URL may take to connect, TLS included. Default: 2 s. */
  readonly connectTimeout?: Duration
  /** How long one answer may take. Default: 4 s. */
  readonly timeout?: Duration
  /** How many connections the service account has at most. Default: 5. */
  readonly connections?: number
  readonly clock?: Clock
}

/** How connections are encrypted, beside what the URL says. */
export interface LdapTlsOptions {
  /** Certificates of authorities to trust, as PEM, in place of those that Node trusts. */
  readonly ca?: string | readonly string[]
  /** A PEM file of them. */
  readonly caFile?: string
  /** Encrypts `ldap://` before anything is said (StartTLS). Default: false. */
  readonly startTls?: boolean
  /** The name that the certificate must have. Default: the host of the URL. */
  readonly serverName?: string
}

/** An account that may search, read groups, and read the operational attributes of the password policy. */
export interface LdapServiceBind {
  /** Its DN; Active Directory also takes `name@domain`. */
  readonly dn: string
  readonly password: string
}

/** People bind by themselves. Without a service account there is no `lookup`: sessions stay as they were at login. */
export interface LdapDirectBind {
  /** `uid={username},ou=people,dc=example,dc=org`, or for Active Directory `{username}@example.org`. */
  readonly template: string
}

/** How groups are found. */
export type LdapGroups =
  | {
      /** The entry of the person lists its groups. */
      readonly by: 'memberOf'
      /** Groups elsewhere do not count. Default: all count. */
      readonly base?: string
      /** Whether groups of groups count, ten levels deep. Default: true. */
      readonly nested?: boolean
    }
  | {
      /** Groups list their members. */
      readonly by: 'search'
      /** Where. Default: the base of the source. */
      readonly base?: string
      /** Finds the groups of `{dn}`, or of `{username}`. */
      readonly filter: string
      /** Whether groups of groups count, ten levels deep. Default: true. */
      readonly nested?: boolean
    }

/** A group that a person is in. */
export interface LdapGroup {
  readonly dn: string
  /** Its common name, where its DN begins with one. */
  readonly cn: string | undefined
}

/** The roles of a group by its CN or DN; or a function of all groups of a person. */
export type LdapRoles =
  | Readonly<Record<string, Role | string | readonly (Role | string)[]>>
  | ((groups: readonly LdapGroup[]) => readonly (Role | string)[])

/**
 * How the bytes of an attribute are written: `uuid` as they come, `guid` in the order of Windows, `sid` as `S-1-5-21-…`,
 * `hex` and `base64` whatever they are, `text` as UTF-8.
 */
export type LdapOctetForm = 'text' | 'uuid' | 'guid' | 'sid' | 'hex' | 'base64'

/** Who keeps the state of accounts: the password policy overlay, Active Directory, or nobody. */
export type LdapAccountState = 'ppolicy' | 'activeDirectory' | 'none'

/** What a kind of directory has in common everywhere. */
export interface LdapPreset {
  readonly userFilter: string
  readonly userAttribute: string
  readonly description: string
  readonly groups: LdapGroups | 'none'
  readonly accountState: LdapAccountState
}
