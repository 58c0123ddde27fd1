import { ConfigurationError } from '../errors.ts'
import { warn } from '../warn.ts'
import { accepted } from './outcome.ts'
import { defineUserSource, type UserSource } from './user-source.ts'

/**
 * A development switch: a source that accepts whatever is typed, as a superuser. Warns loudly when it is made.
 *
 * @throws {ConfigurationError} in production.
 */
export function createAlwaysSuperuser(production: boolean): UserSource {
  if (production) {
    throw new ConfigurationError(
      'alwaysSuperuser (OSTIARY_ALWAYS_SUPERUSER) makes a superuser of everybody who signs in. It is for development, and refused in production.',
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
