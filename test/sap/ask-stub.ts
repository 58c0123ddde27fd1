import type { RequestListener } from 'node:http'
import { inspect } from 'node:util'
import { LoginAttempt, type Outcome } from 'ostiary'
import { type SapSourceOptions, sapSource } from 'ostiary/sap'
import { expect } from 'vitest'
import { startStub } from './stub-server.ts'

export const PASSWORD = 'seven-red-lanterns'
/** The page that SAP shows to browsers. */
export const PAGE =
  '<!DOCTYPE html><html><title>Logon</title><form method="post"><input name="sap-password"></form></html>'

/** Signs Clara in with a server that answers like that. */
export async function signIn(answer: RequestListener, options: Partial<SapSourceOptions> = {}, signal?: AbortSignal) {
  const stub = await startStub(answer)
  const source = sapSource({ url: stub.url, userPath: '/me', mapping: { name: 'login' }, ...options })
  const attempt = new LoginAttempt({ username: 'clara', password: PASSWORD })
  const outcome = await source.authenticate(attempt, signal ?? new AbortController().signal)
  return { outcome, stub, source }
}

/** An outage says what it was, and neither the password nor what carries it. */
export function expectOutage(outcome: Outcome, cause: RegExp): void {
  expect(outcome).toMatchObject({ outcome: 'unavailable', cause: { message: expect.stringMatching(cause) } })
  const shown = inspect(outcome, { depth: Number.POSITIVE_INFINITY, showHidden: true })
  expect(shown).not.toContain(PASSWORD)
  expect(shown).not.toContain(Buffer.from(`clara:${PASSWORD}`).toString('base64'))
}
