import type { DiagnosticContext } from '../diagnostics/diagnostic.ts'
import { ConfigurationError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import type { LoginAttempt } from '../users/login-attempt.ts'
import { refuseAsNobody } from '../users/nobody.ts'
import { type Outcome, rejected, unavailable, unknown } from '../users/outcome.ts'
import { assertSourceName, type UserSource } from '../users/user-source.ts'
import { checkDirectory } from './check-directory.ts'
import { isPossibleName, isPossiblePassword } from './credentials.ts'
import { createDialer } from './dialer.ts'
import { directBind } from './direct-bind.ts'
import { loadLdapts } from './load-ldapts.ts'
import type { LdapSourceOptions } from './options.ts'
import { searchThenBind } from './search-then-bind.ts'
import { readSettings } from './settings.ts'

/**
 * A source of users in an LDAP directory or Active Directory, with groups that bring roles.
 *
 * ```ts
 * import { ldapSource } from 'ostiary/ldap'
 *
 * const users = ldapSource({
 *   url: 'ldaps://ldap.example.org',
 *   base: 'dc=example,dc=org',
 *   bind: { dn: 'cn=ostiary,dc=example,dc=org', password: process.env.LDAP_PASSWORD ?? '' },
 *   roles: { editors: 'Editor', readers: ['Reader'] },
 * })
 * ```
 *
 * An unreachable directory makes a login `unavailable` rather than rejected. The application starts without the
 * directory.
 *
 * @throws {ConfigurationError} when an option is invalid, or passwords would be sent unencrypted to another machine.
 */
export function ldapSource(options: LdapSourceOptions): UserSource {
  const { name = 'ldap', realm, authoritative, onUnavailable, deadline, clock = Date.now } = options
  assertSourceName(name)
  const settings = readSettings(options)
  const { endpoints, timeouts, bind, people } = settings
  const dial = createDialer(endpoints, timeouts, clock, people.forms)
  const ways =
    'template' in bind ? { authenticate: directBind(dial, bind, settings) } : searchThenBind(dial, bind, settings)
  const { authenticate } = ways

  return Object.freeze({
    ...(realm === undefined ? {} : { realm }),
    ...(authoritative === undefined ? {} : { authoritative }),
    ...(onUnavailable === undefined ? {} : { onUnavailable }),
    ...(deadline === undefined ? {} : { deadline }),
    name,

    async ready() {
      const { FilterParser } = await loadLdapts()
      try {
        FilterParser.parseString(people.userFilter.replaceAll('{username}', 'x'))
      } catch (cause) {
        throw new ConfigurationError(`The userFilter of ldapSource() is no filter: ${reasonOf(cause)}`, { cause })
      }
    },

    async authenticate(attempt: LoginAttempt, signal: AbortSignal) {
      const ask = (attempt: LoginAttempt) => orUnavailable(() => authenticate(attempt, signal))
      if (!isPossibleName(attempt.username)) return refuseAsNobody(unknown(), attempt, ask)
      if (!isPossiblePassword(attempt.password)) return refuseAsNobody(rejected(), attempt, ask)
      return ask(attempt)
    },

    check: (inspection: DiagnosticContext) => checkDirectory(settings, inspection, clock),

    ...('lookup' in ways
      ? {
          lookup: async (accountId: string, signal: AbortSignal) =>
            isPossibleName(accountId) ? orUnavailable(() => ways.lookup(accountId, signal)) : unknown(),
          findId: async (username: string, signal: AbortSignal) =>
            isPossibleName(username) ? ways.findId(username, signal) : undefined,
          close: ways.close,
        }
      : {}),
  })
}

/** Turns unexpected errors into `unavailable`. */
async function orUnavailable(ask: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await ask()
  } catch (cause) {
    return unavailable(cause)
  }
}
