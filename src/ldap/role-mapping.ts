import { ConfigurationError } from '../errors.ts'
import type { Role } from '../policy/role.ts'
import type { LdapGroup, LdapRoles } from './options.ts'
import { canonicalDn } from './syntax/distinguished-name.ts'

/** Returns the roles for groups. */
export type RoleMapping = (groups: readonly LdapGroup[]) => readonly (Role | string)[]

/**
 * Creates the mapping from groups to roles. A key with `=` is a DN, any other key is a CN. Spelling and case of keys
 * are ignored.
 *
 * @throws {ConfigurationError} unless the mapping is an object or a function. Also when a role is undefined.
 */
export function readRoleMapping(roles: LdapRoles = {}): RoleMapping {
  if (typeof roles === 'function') return roles
  if (typeof roles !== 'object' || roles === null || Array.isArray(roles)) {
    throw new ConfigurationError('The roles of ldapSource() are an object of groups and their roles, or a function.')
  }
  const granted = Object.entries(roles).map(([group, given]) => {
    if (given === undefined) {
      throw new ConfigurationError(`The group "${group}" of ldapSource() brings a role that is undefined.`)
    }
    return { key: group.includes('=') ? dnKey(group) : cnKey(group), roles: [given].flat() }
  })
  return (groups) => {
    const keys = new Set(groups.flatMap(({ dn, cn }) => (cn === undefined ? [dnKey(dn)] : [dnKey(dn), cnKey(cn)])))
    // In the order of the configuration. Why: servers list groups in any order.
    return [...new Set(granted.filter(({ key }) => keys.has(key)).flatMap(({ roles }) => roles))]
  }
}

function dnKey(dn: string): string {
  return `dn:${canonicalDn(dn)}`
}

function cnKey(cn: string): string {
  return `cn:${cn.toLowerCase()}`
}
