export { ldapSource } from './ldap-source.ts'
export type {
  LdapAccountState,
  LdapDirectBind,
  LdapGroup,
  LdapGroups,
  LdapOctetForm,
  LdapPreset,
  LdapRoles,
  LdapServiceBind,
  LdapSourceOptions,
  LdapTlsOptions,
} from './options.ts'
export { activeDirectory, openldap } from './presets.ts'
