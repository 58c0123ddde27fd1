import type { AccountInput, Auth, AuthOptions, User } from 'ostiary'
import { defineUserSource, type UserSource } from 'ostiary'
import { testRequest } from 'ostiary/testing'
import { expect, onTestFinished, vi } from 'vitest'
import { testAuth } from './test-auth.ts'

const CONNECTION = { https: true, host: 'app.example.org' }
export const REQUEST = testRequest({ clientAddress: '192.0.2.7' })

/** Opens an Auth without a framework around it, with the settings of tests. It is closed when the test ends. */
export async function openAuth(options: Partial<AuthOptions> = {}): Promise<Auth> {
  const auth = testAuth(options)
  onTestFinished(() => auth.close())
  await auth.ready()
  return auth
}

/** A source that accepts everybody, with any password. */
export function source(name: string, account: Partial<AccountInput> = {}, given: Partial<UserSource> = {}): UserSource {
  const authenticate = async ({ username }: { username: string }) => ({ name: username, description: name, ...account })
  return defineUserSource(name, authenticate, given)
}

/** Signs in, and returns the cookie as a browser sends it. */
export async function signIn(auth: Auth, username = 'anna', password = 'correct horse') {
  const form = { username, password, persistent: false, next: undefined, fields: { username, password } }
  const result = await auth.signIn(form, REQUEST, null)
  if (result.outcome !== 'signed-in') return expect.fail(`not signed in: ${result.outcome}`)
  const cookieHeader = auth.setCookie(result, CONNECTION).split(';')[0] ?? ''
  return { user: result.user, cookieHeader }
}

/** The user of a request with this cookie. */
export async function whoIs(auth: Auth, cookieHeader: string): Promise<User> {
  return (await auth.authenticateRequest({ headers: { cookie: cookieHeader }, ...CONNECTION })).user
}

/** The warnings of this process, from now until the test ends. They are not printed. */
export function warnings() {
  const spy = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => spy.mockRestore())
  return spy.mock.calls as unknown as [string, { code: string }][]
}

/** Sets environment variables until the test ends. */
export function environment(variables: Record<string, string | undefined>) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}
