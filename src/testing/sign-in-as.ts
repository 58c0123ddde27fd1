import type { Auth } from '../auth.ts'
import { describeEnvironment, isProduction } from '../environment.ts'
import { ConfigurationError } from '../errors.ts'
import { TEST_SESSION } from '../users/test-people.ts'
import type { User } from '../users/user.ts'
import { testUser } from './test-user.ts'

/**
 * Signs a user in without a password and without a source. Returns the headers for the user's requests, for
 * `app.inject`, `fetch` or any other HTTP client. The session is real: it expires, and can be listed and ended.
 *
 * The password counts as given at this moment, by the clock of the `Auth`. Works with every test runner.
 *
 * ```ts
 * import Fastify from 'fastify'
 * import { createAuth, defineRole } from 'ostiary'
 * import { ostiary, protect } from 'ostiary/fastify'
 * import { signInAs, testUser } from 'ostiary/testing'
 *
 * const EDITOR = defineRole({ name: 'Editor', description: 'Writes reports', permissions: [] })
 * const app = Fastify()
 * await app.register(ostiary, { auth: createAuth({ roles: [EDITOR], sources: [] }) })
 * app.get('/reports', protect({ roles: [EDITOR] }), async ({ user }) => user.name)
 *
 * const headers = await signInAs(app, testUser({ roles: [EDITOR] }))
 * const answer = await app.inject({ url: '/reports', headers })
 * ```
 *
 * @param target The application that the plugin is registered on, or its `Auth`.
 * @throws {ConfigurationError} when NODE_ENV is set to anything else than `development` or `test`, now or when the
 * `Auth` was made. Also when `target` is anything else, or the user is anonymous or has a role that is unknown to the
 * `Auth`.
 */
export async function signInAs(
  target: Auth | { readonly auth: Auth },
  user: User = testUser(),
): Promise<{ cookie: string }> {
  if (isProduction()) throw refused(describeEnvironment())
  const auth = 'auth' in target ? target.auth : target
  if (typeof auth?.authenticateRequest !== 'function') {
    throw new ConfigurationError(
      'signInAs() needs the application that the plugin is registered on, or what createAuth() returned.',
    )
  }
  const start = auth[TEST_SESSION]
  if (!start) throw refused('createAuth() was called in production')
  await auth.ready()
  const { sealed } = await start(user)
  // Under each name that the cookie may have, because a proxy may turn HTTP into HTTPS.
  const names = [false, true].map((https) => auth.cookie.for({ https, host: 'localhost' }).name)
  return { cookie: [...new Set(names)].map((name) => `${name}=${sealed}`).join('; ') }
}

function refused(why: string): ConfigurationError {
  return new ConfigurationError(
    `signInAs() signs in without a password, and is refused in production: ${why}. Run tests with NODE_ENV=test.`,
  )
}
