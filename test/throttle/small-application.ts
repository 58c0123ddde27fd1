import type { Auth, AuthOptions, ThrottleStore, UserSource } from 'ostiary'
import { type FixedClock, fixedClock, testRequest } from 'ostiary/testing'
import { openAuth } from '../application/open-auth.ts'

// Attempts to sign in to an Auth whose sources are functions.

export const RIGHT = 'the right one'

interface OpenOptions extends Pick<AuthOptions, 'roleAssignments'> {
  readonly clock?: FixedClock
  readonly store?: ThrottleStore
}

/** Opens an Auth whose delayed attempts go on at once. It is closed when the test ends. */
export function openThrottled(
  sources: readonly UserSource[],
  { clock = fixedClock(), store, ...options }: OpenOptions = {},
): Promise<Auth> {
  return openAuth({
    roles: [],
    sources,
    throttle: { wait: async () => {}, refusalFloor: 0, overall: false, ...(store && { store }) },
    audit: { record() {} },
    clock,
    ...options,
  })
}

export function attempt(auth: Auth, username: string, clientAddress: string, password = 'wrong', cookie?: string) {
  const form = { username, password, persistent: false, next: undefined, fields: {} }
  const request = testRequest({ clientAddress, headers: { cookie } })
  return auth.signIn(form, request, null)
}
