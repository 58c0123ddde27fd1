import type { UserSource } from 'ostiary'
import { activeDirectory, ldapSource, openldap } from 'ostiary/ldap'
import { sapSource } from 'ostiary/sap'
import { ADMINISTRATOR, USER, VIEWER } from './roles.ts'

/** People who live elsewhere, when the environment says where: a directory, an SAP system, both or neither. */
export function sourcesElsewhere(): readonly UserSource[] {
  const { OSTIARY_LDAP_URL: ldap, OSTIARY_SAP_URL: sap } = process.env
  return [...(ldap ? [directory(ldap)] : []), ...(sap ? [sapSystem(sap)] : [])]
}

/** Groups called `admins`, `staff` and `guests` bring the three roles of the demo. */
function directory(url: string): UserSource {
  const { OSTIARY_LDAP_CA_FILE: caFile, OSTIARY_LDAP_KIND: kind } = process.env
  return ldapSource({
    url,
    preset: kind === 'active-directory' ? activeDirectory : openldap,
    base: needed('OSTIARY_LDAP_BASE'),
    bind: { dn: needed('OSTIARY_LDAP_BIND_DN'), password: needed('OSTIARY_LDAP_BIND_PASSWORD') },
    roles: { admins: ADMINISTRATOR, staff: USER, guests: VIEWER },
    ...(caFile ? { tls: { caFile } } : {}),
  })
}

/** A service that answers with the signed-in user as `{ id, roles }`; its roles are those of the demo. */
function sapSystem(url: string): UserSource {
  const { OSTIARY_SAP_CLIENT: client } = process.env
  return sapSource({
    url,
    userPath: needed('OSTIARY_SAP_USER_PATH'),
    mapping: { name: 'id', roles: 'roles' },
    ...(client ? { client } : {}),
  })
}

function needed(variable: string): string {
  const value = process.env[variable]
  if (value) return value
  throw new Error(`The demo needs ${variable} for the people who live elsewhere.`)
}
