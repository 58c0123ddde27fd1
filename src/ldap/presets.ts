import type { LdapPreset } from './options.ts'

/**
 * OpenLDAP and its relatives: people have a `uid`; groups list their members as `groupOfNames`, `groupOfUniqueNames` or
 * `posixGroup`; the password policy overlay keeps the state of accounts.
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
 * Active Directory, which finds nested groups by itself with the matching rule `LDAP_MATCHING_RULE_IN_CHAIN`.
 * A primary group ("Domain Users") lists no members and so is not found.
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
