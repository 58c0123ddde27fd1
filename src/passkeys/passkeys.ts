import { accountLink, type CoreServices, type Extension, perAuth } from '../http/index.ts'
import { type Auth, ConfigurationError } from '../index.ts'
import { createChallenges } from './challenges.ts'
import { passkeyEndpoints } from './endpoints.ts'
import { loadWebauthn } from './load-webauthn.ts'
import { createPasskeyStore, type PasskeyAdministration, stateOf } from './passkey-store.ts'

/** Options of {@link passkeys}. */
export interface PasskeysOptions {
  /** The origins of the application, as browsers see them: `https://app.example.org`. */
  readonly origins: readonly string[]
  /** The domain that passkeys are bound to. Default: the host of the first origin. Never change it. */
  readonly rpId?: string
  /** The name of the application in the browser's dialogue. Default: `application`, or `Ostiary`. */
  readonly rpName?: string
  /** True when a login by password goes on with a passkey, for users who have one. Default: true. */
  readonly secondFactor?: boolean
  /** True when a passkey alone signs in. Default: true. */
  readonly onlyStep?: boolean
}

/** The extension of passkeys. */
export interface PasskeysExtension extends Extension {
  readonly name: 'passkeys'
  /** Returns the administration of passkeys. */
  administration(services: CoreServices): PasskeyAdministration
}

/**
 * Lets users sign in with passkeys (WebAuthn Level 3), alone or after the password.
 *
 * A passkey always asks for the user's PIN, finger or face, so it counts as a second factor too. Users add and remove
 * theirs at `{prefix}/passkey/manage`.
 *
 * ```ts
 * import { createAuth } from 'ostiary'
 * import { passkeys } from 'ostiary/passkeys'
 * import { localUsers, openDatabase, sqlRecords } from 'ostiary/sql'
 *
 * const database = openDatabase('sqlite::memory:')
 * const auth = createAuth({
 *   roles: [],
 *   sources: [localUsers(database)],
 *   records: sqlRecords(database),
 *   extensions: [passkeys({ origins: ['https://app.example.org'] })],
 * })
 * ```
 *
 * Needs the package `@simplewebauthn/server`. Its pages need a script, which this application serves itself.
 *
 * @throws {ConfigurationError} when an option is invalid.
 */
export function passkeys(options: PasskeysOptions): PasskeysExtension {
  const { origins, rpName, secondFactor = true, onlyStep = true } = options ?? {}
  if (!Array.isArray(origins) || origins.length === 0 || !origins.every(isOrigin))
    throw new ConfigurationError('passkeys({ origins }) are such as ["https://app.example.org"].')
  const rpId = options.rpId ?? new URL(origins[0] as string).hostname
  for (const origin of origins) {
    const { hostname } = new URL(origin)
    if (hostname !== rpId && !hostname.endsWith(`.${rpId}`))
      throw new ConfigurationError(`passkeys({ rpId }): ${origin} is not below ${JSON.stringify(rpId)}.`)
  }
  const storeOf = perAuth(createPasskeyStore)

  return {
    name: 'passkeys',
    stepUp: { passkey: '/passkey/second', ...(secondFactor ? { 'second-factor': '/passkey/second' } : {}) },

    loginSteps: (services) =>
      secondFactor
        ? [
            {
              name: 'second-factor',
              path: '/passkey/second',
              has: async (userId) => (await storeOf(services).ofUser(userId)).length > 0,
              isRequired: async ({ user, methods }) =>
                user.id !== null &&
                !('second-factor' in methods) &&
                (await storeOf(services).ofUser(user.id)).length > 0,
            },
          ]
        : [],

    loginLinks: () =>
      onlyStep ? [{ label: { en: 'Sign in with a passkey', de: 'Mit einem Passkey anmelden' }, path: '/passkey' }] : [],

    endpoints: (services) =>
      passkeyEndpoints({
        services,
        store: storeOf(services),
        challenges: createChallenges(services),
        rules: { origins, rpId, rpName: rpName ?? services.application ?? 'Ostiary', onlyStep },
      }),

    accountSection: (services) =>
      accountLink(services, {
        order: 31,
        heading: { en: 'Passkeys', de: 'Passkeys' },
        label: { en: 'Add or remove passkeys', de: 'Passkeys hinzufügen oder entfernen' },
        path: '/passkey/manage',
      }),

    async ready(services) {
      await services.records.assertDurable('Passkeys')
      await loadWebauthn()
    },

    administration: perAuth((services) =>
      Object.freeze<PasskeyAdministration>({
        list: async (userId) => (await storeOf(services).ofUser(userId)).map(stateOf),
        async remove(userId, id) {
          const removed = await storeOf(services).remove(userId, id)
          if (removed === 0) return 0
          services.record({
            type: 'extension',
            extension: 'passkeys',
            action: 'reset',
            user: userId,
            details: { removed },
          })
          await services.sessions.revoke({ user: userId })
          return removed
        },
      }),
    ),
  }
}

function isOrigin(origin: unknown): boolean {
  return typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin
}

/**
 * Returns the administration of the passkeys of an Auth.
 *
 * ```ts
 * import type { Auth } from 'ostiary'
 * import { passkeysOf } from 'ostiary/passkeys'
 *
 * export const removeAll = (auth: Auth, userId: string) => passkeysOf(auth).remove(userId)
 * ```
 *
 * @throws {ConfigurationError} when the Auth has no passkeys.
 */
export function passkeysOf(auth: Auth): PasskeyAdministration {
  const found = auth.extensions.find((each): each is PasskeysExtension => each.name === 'passkeys')
  if (!found)
    throw new ConfigurationError('This Auth has no passkeys: createAuth({ extensions: [passkeys({ origins })] }).')
  return found.administration(auth.services)
}
