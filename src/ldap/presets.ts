import type { LdapPreset } from './options.ts'

/**
 * OpenLDAP and similar directories. Users have a `uid`. Groups list their members as `groupOfNames`,
 * `groupOfUniqueNames` or `posixGroup`. The password policy overlay stores the state of accounts.
 *
 * ```ts
 * import { ldapSource, openldap } from 'ostiary/ldap'
 *
 * const users = ldapSource({
 *   url: 'ldaps://ldap.example.org',
 *   preset: openldap,
 *   base: 'ou=people,dc=example,dc=org',
 *   bind: { template: 'uid={username},ou=people,dc=example,dc=org' },
 * })
 * ```
 */
export const openldap: LdapPreset = Object.freeze({
  userFilter: '(&(objectClass=person)(uid={username}))',
  userAttribute: 'uid',
  description: 'cn',
  groups: Object.freeze({
    by: 'search',
    filter:
      '(|(&(objectClass=groupOfNames)(member={dn}))(&(objectClass=groupOfUniqueNames)(uniqueMember={dn}))(&(objectClass=posixGroup)(memberUid={username})))',
    nested: true,
  }),
  accountState: 'ppolicy',
})

/**
 * Active Directory, which finds nested groups itself with the matching rule `LDAP_MATCHING_RULE_IN_CHAIN`. A primary
 * group ("Domain Users") is missing in the result. Why: a primary group lists no members.
 *
 * ```ts
 * import { activeDirectory, ldapSource } from 'ostiary/ldap'
 *
 * const users = ldapSource({
 *   url: 'ldaps://dc1.example.org',
 *   preset: activeDirectory,
 *   base: 'dc=example,dc=org',
 *   bind: { template: '{username}@example.org' },
 * })
 * ```
 */
export const activeDirectory: LdapPreset = Object.freeze({
  userFilter: '(&(objectCategory=person)(objectClass=user)(sAMAccountName={username}))',
  userAttribute: 'sAMAccountName',
  description: 'displayName',
  groups: Object.freeze({
    by: 'search',
    filter: '(&(objectClass=group)(member:1.2.840.113556.1.4.1941:={dn}))',
    nested: false,
  }),
  accountState: 'activeDirectory',
})
