import { describeEnvironment, isDevelopment } from '../environment.ts'
import { ConfigurationError } from '../errors.ts'
import { warn } from '../warn.ts'
import { accepted } from './outcome.ts'
import { defineUserSource, type UserSource } from './user-source.ts'

/**
 * A development switch: a source that accepts whatever is typed, as a superuser. Warns loudly when it is made.
 *
 * @throws {ConfigurationError} unless NODE_ENV is `development` or `test`.
 */
export function createAlwaysSuperuser(): UserSource {
  if (!isDevelopment()) {
    throw new ConfigurationError(
      'alwaysSuperuser (OSTIARY_ALWAYS_SUPERUSER) makes a superuser of everybody who signs in. It is for development, and ' +
        `refused in production and wherever NODE_ENV does not say otherwise: ${describeEnvironment()}. ` +
        'Set NODE_ENV=development on the machine of a developer, or turn alwaysSuperuser off.',
    )
  }
  warn(
    'OSTIARY_ALWAYS_SUPERUSER',
    'DANGER: alwaysSuperuser is on. Whoever signs in, with whatever password, is a superuser.',
  )
  const superuser = (name: string) =>
    accepted({
      name: name.trim().slice(0, 200) || 'superuser',
      description: 'Superuser for development',
      superuser: true,
    })
  return defineUserSource('always-superuser', async ({ username }) => superuser(username), {
    lookup: async (accountId) => superuser(accountId),
  })
}
