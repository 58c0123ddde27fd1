import type { Auth } from '../auth.ts'
import { describeEnvironment, isProduction } from '../environment.ts'
import { ConfigurationError } from '../errors.ts'
import { TEST_SESSION } from '../users/test-people.ts'
import type { User } from '../users/user.ts'
import { testUser } from './test-user.ts'

/**
 * Signs somebody in without a password and without a source, and returns the headers of their requests: for `app.inject`,
 * `fetch` and whatever else sends HTTP. The session is a real one: it expires, and can be listed and ended.
 *
 * ```ts
 * const headers = await signInAs(app, testUser({ roles: [EDITOR] }))
 * const answer = await app.inject({ method: 'POST', url: '/reports', headers })
 * ```
 *
 * The password counts as given at this moment, by the clock of the `Auth`. Works with every test runner.
 *
 * @param target The application that the plugin is registered on, or its `Auth`.
 * @throws {ConfigurationError} wherever a made-up secret is refused: unless NODE_ENV is `development`, `test` or not set.
 * Also when the user has a role that the `Auth` does not know, or is the anonymous one.
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
  // Under each name that the cookie may have: a proxy may make it HTTPS.
  const names = [false, true].map((https) => auth.cookie.for({ https, host: 'localhost' }).name)
  return { cookie: [...new Set(names)].map((name) => `${name}=${sealed}`).join('; ') }
}

function refused(why: string): ConfigurationError {
  return new ConfigurationError(
    `signInAs() signs in without a password, and is refused in production: ${why}. Run tests with NODE_ENV=test.`,
  )
}
