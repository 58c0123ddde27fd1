import type { UserSource } from 'ostiary'
import { activeDirectory, type LdapSourceOptions, ldapSource } from 'ostiary/ldap'
import { type SapSourceOptions, sapSource } from 'ostiary/sap'
import { ADMIN, VIEWER } from '../application/test-auth.ts'
import { BASE, SERVICE } from '../ldap/directory.ts'
import type { OpenLdap } from '../ldap/open-ldap.ts'
import { AD_BASE, adPasswordOf, type SambaAd } from '../ldap/samba-ad.ts'
import { LOGINS } from '../sap/cap/people.ts'

// The sources over the servers of the tests, with roles of the application.

export function ldapOver({ ldaps, caFile }: Pick<OpenLdap, 'ldaps' | 'caFile'>, options?: Partial<LdapSourceOptions>) {
  return ldapSource({
    url: ldaps,
    tls: { caFile },
    base: BASE,
    bind: SERVICE,
    roles: { admins: ADMIN, editors: VIEWER },
    ...options,
  })
}

export function activeDirectoryOver({ ldaps, caFile }: SambaAd, options?: Partial<LdapSourceOptions>): UserSource {
  return ldapSource({
    name: 'windows',
    url: ldaps,
    tls: { caFile },
    preset: activeDirectory,
    base: AD_BASE,
    bind: { dn: 'service@example.test', password: adPasswordOf('service') },
    roles: { Outermost: ADMIN },
    ...options,
  })
}

export function sapOver(url: string, options?: Partial<SapSourceOptions>): UserSource {
  return sapSource({
    url,
    userPath: "/odata/v4/staff/People('{user}')?$expand=duties",
    mapping: { name: 'login', roles: 'duties.title', roleMap: { Z_READER: VIEWER }, locked: 'locked' },
    serviceAccount: { username: 'reader', password: LOGINS.reader.password },
    ...options,
  })
}
