import { accountLink, type CoreServices, type Extension, perAuth } from '../http/index.ts'
import { type Auth, ConfigurationError, type Role } from '../index.ts'
import { createAdministration, type SecondFactorAdministration } from './administration.ts'
import { secondFactorEndpoints } from './endpoints.ts'
import { createFactors } from './factors.ts'

/** Options of {@link secondFactor}. */
export interface SecondFactorOptions {
  /** The name of the application in authenticator apps, without a colon. Default: `application`, or `Ostiary`. */
  readonly issuer?: string
  /** Users with one of these roles must have a factor. Superusers must have one where the list is not empty. */
  readonly requiredFor?: readonly Role[]
  /**
   * Ids of accounts that sign in without the step, as `source:id`: for the one account that must work while the store of
   * records is down. Keep its password long and locked away.
   */
  readonly exempt?: readonly string[]
}

/** The extension of second factors. */
export interface SecondFactorExtension extends Extension {
  readonly name: 'second-factor'
  /** Returns the administration of factors. */
  administration(services: CoreServices): SecondFactorAdministration
}

/**
 * Asks users for a code of an authenticator app after the password (TOTP, RFC 6238), whatever source they come from.
 *
 * Users add a factor at `{prefix}/second-factor/enrol`, and get ten recovery codes. Users of `requiredFor` must have one.
 * Routes that only a second factor opens say so: `{ permission, authenticatedWith: 'second-factor' }`.
 *
 * ```ts
 * import { createAuth, defineRole } from 'ostiary'
 * import { secondFactor } from 'ostiary/second-factor'
 * import { localUsers, openDatabase, sqlRecords } from 'ostiary/sql'
 *
 * const ADMIN = defineRole({ name: 'Administrator', description: 'Does everything', permissions: [] })
 * const database = openDatabase('sqlite::memory:')
 * const auth = createAuth({
 *   roles: [ADMIN],
 *   sources: [localUsers(database)],
 *   extensions: [secondFactor({ issuer: 'Harbour', requiredFor: [ADMIN] })],
 *   records: sqlRecords(database),
 * })
 * ```
 *
 * Needs the packages `otpauth` and `uqr`. Production refuses a store of records that may lose factors.
 *
 * @throws {ConfigurationError} when an option is invalid.
 */
export function secondFactor(options: SecondFactorOptions = {}): SecondFactorExtension {
  const { issuer, requiredFor = [], exempt = [] } = options
  if (issuer !== undefined && (typeof issuer !== 'string' || issuer === '' || issuer.includes(':')))
    throw new ConfigurationError('The issuer of secondFactor() is a text without a colon, such as "Harbour".')
  if (!Array.isArray(requiredFor) || !requiredFor.every((role) => typeof role?.name === 'string'))
    throw new ConfigurationError('requiredFor of secondFactor() is a list of roles.')
  const rules = { requiredFor: requiredFor.map(({ name }) => name), exempt: new Set(exempt) }
  const factorsOf = perAuth(createFactors)
  const administrationOf = perAuth((services) => {
    return createAdministration(factorsOf(services), async (action, userId) => {
      services.record({ type: 'extension', extension: 'second-factor', action, user: userId })
      if (action === 'reset') await services.sessions.revoke({ user: userId })
    })
  })

  return {
    name: 'second-factor',
    stepUp: { 'second-factor': '/second-factor' },

    loginSteps: (services) => [
      {
        name: 'second-factor',
        path: '/second-factor',
        has: (userId) => factorsOf(services).has(userId),
        async isRequired({ user, methods }) {
          if (user.id === null || 'second-factor' in methods || rules.exempt.has(user.id)) return false
          return isRequiredFor(rules.requiredFor, user) || (await factorsOf(services).has(user.id))
        },
      },
    ],

    endpoints: (services) =>
      secondFactorEndpoints({
        services,
        factors: factorsOf(services),
        issuer: issuer ?? services.application ?? 'Ostiary',
        isRequired: (user) => isRequiredFor(rules.requiredFor, user),
      }),

    accountSection: (services) =>
      accountLink(services, {
        order: 30,
        heading: { en: 'Second factor', de: 'Zweiter Faktor' },
        label: { en: 'Add or remove a second factor', de: 'Zweiten Faktor hinzufügen oder entfernen' },
        path: '/second-factor/enrol',
      }),

    async ready(services) {
      await services.records.assertDurable('Second factors')
      await factorsOf(services).totp()
    },

    administration: administrationOf,
  }
}

function isRequiredFor(
  roles: readonly string[],
  user: { isSuperuser: boolean; roleNames: ReadonlySet<string> },
): boolean {
  return roles.length > 0 && (user.isSuperuser || roles.some((name) => user.roleNames.has(name)))
}

/**
 * Returns the administration of second factors of an Auth.
 *
 * ```ts
 * import type { Auth } from 'ostiary'
 * import { secondFactorsOf } from 'ostiary/second-factor'
 *
 * export const reset = (auth: Auth, userId: string) => secondFactorsOf(auth).reset(userId)
 * ```
 *
 * @throws {ConfigurationError} when the Auth has no second factors.
 */
export function secondFactorsOf(auth: Auth): SecondFactorAdministration {
  const found = auth.extensions.find((each): each is SecondFactorExtension => each.name === 'second-factor')
  if (!found)
    throw new ConfigurationError('This Auth has no second factors: createAuth({ extensions: [secondFactor()] }).')
  return found.administration(auth.services)
}
