import { type Auth, type AuthOptions, createAuth, generateSecret, type ThrottleStore, type UserSource } from 'ostiary'
import { type FixedClock, fixedClock, testRequest } from 'ostiary/testing'
import { onTestFinished } from 'vitest'

// An application with sources that are functions, and attempts to sign in to it.

export const RIGHT = 'the right one'

interface OpenOptions extends Pick<AuthOptions, 'roleAssignments'> {
  readonly clock?: FixedClock
  readonly store?: ThrottleStore
}

export async function openThrottled(
  sources: readonly UserSource[],
  { clock = fixedClock(), store, ...options }: OpenOptions = {},
): Promise<Auth> {
  const auth = createAuth({
    roles: [],
    sources,
    sessions: { secret: generateSecret() },
    throttle: { wait: async () => {}, refusalFloor: 0, overall: false, ...(store && { store }) },
    audit: { record() {} },
    clock,
    ...options,
  })
  onTestFinished(() => auth.close())
  await auth.ready()
  return auth
}

export function attempt(auth: Auth, username: string, clientAddress: string, password = 'wrong', cookie?: string) {
  const form = { username, password, persistent: false, next: undefined, fields: {} }
  const request = testRequest({ clientAddress, headers: { cookie } })
  return auth.signIn(form, request, null)
}
