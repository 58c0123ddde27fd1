import { testRequest } from 'ostiary/testing'
import { expect, onTestFinished, vi } from 'vitest'
import type { Auth } from '../../src/auth.ts'
import type { AuthOptions } from '../../src/auth-options.ts'
import { createAuth } from '../../src/create-auth.ts'
import { definePermission } from '../../src/policy/permission.ts'
import { defineRole } from '../../src/policy/role.ts'
import { generateSecret } from '../../src/sealing/keyring.ts'
import type { AccountInput } from '../../src/users/account.ts'
import type { User } from '../../src/users/user.ts'
import { defineUserSource, type UserSource } from '../../src/users/user-source.ts'

// Auths for tests of the composition root: opened, used and closed with the test.

export const VIEW = definePermission({ name: 'view', description: 'd' })
export const EDIT = definePermission({ name: 'edit', description: 'd' })
export const VIEWER = defineRole({ name: 'Viewer', description: 'd', permissions: [VIEW] })
export const ADMIN = defineRole({ name: 'Administrator', description: 'd', permissions: [VIEW, EDIT] })

const CONNECTION = { https: true, host: 'app.example.org' }
export const REQUEST = testRequest({ clientAddress: '192.0.2.7' })

export function source(name: string, account: Partial<AccountInput> = {}, given: Partial<UserSource> = {}): UserSource {
  const authenticate = async ({ username }: { username: string }) => ({ name: username, description: name, ...account })
  return defineUserSource(name, authenticate, given)
}

export async function open(options: Partial<AuthOptions> = {}): Promise<Auth> {
  const auth = createAuth({
    roles: [VIEWER, ADMIN],
    throttle: { refusalFloor: 0 },
    ...options,
    sessions: { secret: generateSecret(), ...options.sessions },
  })
  onTestFinished(() => auth.close())
  await auth.ready()
  return auth
}

/** Signs in, and returns the cookie as a browser sends it. */
export async function signIn(auth: Auth, username = 'anna', password = 'correct horse') {
  const form = { username, password, persistent: false, next: undefined, fields: { username, password } }
  const result = await auth.signIn(form, REQUEST, null)
  if (result.outcome !== 'signed-in') return expect.fail(`not signed in: ${result.outcome}`)
  const cookieHeader = auth.setCookie(result, CONNECTION).split(';')[0] ?? ''
  return { user: result.user, cookieHeader }
}

export async function whoIs(auth: Auth, cookieHeader: string): Promise<User> {
  return (await auth.authenticateRequest({ headers: { cookie: cookieHeader }, ...CONNECTION })).user
}

export function warnings() {
  const spy = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => spy.mockRestore())
  return spy.mock.calls as unknown as [string, { code: string }][]
}

export function environment(variables: Record<string, string | undefined>) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}
