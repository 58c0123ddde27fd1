import { toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import { type AccountState, accountState } from './account-state.ts'
import { anybodyFilter } from './anybody-filter.ts'
import { attributeForms } from './attribute-forms.ts'
import { withoutBinary } from './attribute-name.ts'
import type { Timeouts } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { readEndpoints } from './endpoint.ts'
import type { People } from './find-person.ts'
import type { LdapDirectBind, LdapGroups, LdapRoles, LdapServiceBind, LdapSourceOptions } from './options.ts'
import { openldap } from './presets.ts'
import { type RoleMapping, readRoleMapping } from './role-mapping.ts'

/** The options, checked and complete. */
export interface Settings {
  readonly endpoints: readonly Endpoint[]
  readonly bind: LdapServiceBind | LdapDirectBind
  readonly people: People
  /** The filter for users who bind themselves. Undefined: all users may sign in. */
  readonly ownFilter: string | undefined
  readonly description: string
  readonly properties: Readonly<Record<string, string>>
  readonly groups: LdapGroups | 'none'
  readonly roles: LdapRoles
  readonly rolesOf: RoleMapping
  readonly state: AccountState
  readonly passwordPolicy: string | undefined
  readonly timeouts: Timeouts
  readonly connections: number
}

/**
 * Checks and completes the options.
 *
 * @throws {ConfigurationError} when an option is missing or invalid.
 */
export function readSettings(options: LdapSourceOptions): Settings {
  const { preset = openldap, base, bind, clock = Date.now, connections = 5 } = options
  const { userFilter, groups, ...named } = { ...preset, ...withoutUndefined(options) }
  const userAttribute = withoutBinary(named.userAttribute)
  const description = withoutBinary(named.description)
  const idAttribute = options.idAttribute === undefined ? undefined : withoutBinary(options.idAttribute)
  const properties = Object.fromEntries(
    Object.entries(options.properties ?? {}).map(([property, attribute]) => [property, withoutBinary(attribute)]),
  )
  if (typeof base !== 'string' || !base.includes('='))
    throw new ConfigurationError('ldapSource() needs a base: the DN below which people are.')
  if (!userFilter.includes('{username}'))
    throw new ConfigurationError('The userFilter of ldapSource() needs {username} in it.')
  if (!Number.isInteger(connections) || connections < 1)
    throw new ConfigurationError('The connections of ldapSource() are a number from 1 up.')
  const state = accountState(options.accountState ?? preset.accountState, clock, options.passwordPolicy)
  const attributes = [userAttribute, idAttribute, description, ...Object.values(properties), ...state.attributes]
  if (groups !== 'none' && groups.by === 'memberOf') attributes.push('memberOf')
  return {
    endpoints: readEndpoints(options),
    bind: readBind(bind),
    people: {
      base,
      userFilter,
      userAttribute,
      idAttribute,
      forms: attributeForms(options.octets),
      attributes: [...new Set(attributes.filter((attribute) => attribute !== undefined))],
    },
    ownFilter: options.userFilter === undefined ? undefined : anybodyFilter(options.userFilter),
    description,
    properties,
    groups,
    roles: options.roles ?? {},
    rolesOf: readRoleMapping(options.roles),
    state,
    passwordPolicy: options.passwordPolicy,
    timeouts: {
      connect: toMilliseconds(options.connectTimeout ?? '2s', 'connectTimeout of ldapSource()'),
      answer: toMilliseconds(options.timeout ?? '4s', 'timeout of ldapSource()'),
    },
    connections,
  }
}

function readBind(bind: LdapServiceBind | LdapDirectBind | undefined): LdapServiceBind | LdapDirectBind {
  if (bind && 'template' in bind) {
    // The template must add text to the typed name. Why: a bare word could be read as a SASL mechanism.
    if (/\{username\}/.test(bind.template) && /[=@]/.test(bind.template)) return bind
    throw new ConfigurationError(
      'The template of ldapSource() is a DN or a name@domain with {username} in it, such as uid={username},ou=people,dc=example,dc=org.',
    )
  }
  if (!bind?.password) {
    throw new ConfigurationError(
      'ldapSource() needs bind: { dn, password } of a service account, or { template }. The password cannot be empty.',
    )
  }
  if (!/[=@\\]/.test(bind.dn)) throw new ConfigurationError('The service account of ldapSource() is named by its DN.')
  return bind
}

/** Treats undefined options as left out. */
function withoutUndefined(options: LdapSourceOptions): Partial<LdapSourceOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
