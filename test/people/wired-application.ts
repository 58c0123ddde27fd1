import type { AuditEvent } from 'ostiary'
import { expect, onTestFinished, vi } from 'vitest'
import type { Answer } from '../application/serve-auth.ts'
import { type FaultyProxy, openFaultyProxy } from '../servers/faulty-proxy.ts'
import { openPeopleApplication, type PeopleApplication } from './open-application.ts'
import { NAMES, type Name, type Place } from './wires.ts'

export const RESCUE = { username: 'rescue', password: 'behind-the-glass' }
export const SPARE = { username: 'spare', password: 'under-the-mat' }

/** Longer than the second after which an outage counts as a slow one; and time enough for a machine that is busy. */
export const DEADLINE = '2s'

export type Places = Readonly<Record<Name, Place>>

export interface Wired extends PeopleApplication {
  readonly wires: Readonly<Record<Name, FaultyProxy>>
  readonly events: AuditEvent[]
  readonly places: Places
}

/** A application with a wire to each place. Its own people are asked last, so that nobody comes in past the others. */
export async function wiredApplication(places: Places): Promise<Wired> {
  const wires = {} as Record<Name, FaultyProxy>
  for (const name of NAMES) {
    wires[name] = await openFaultyProxy(places[name].port())
  }
  const application = await openPeopleApplication({
    sources: (local) => [...NAMES.map((name) => places[name].source(wires[name].port)), local],
    sourceDeadline: DEADLINE,
  })
  for (const person of [RESCUE, SPARE]) await application.users.add({ ...person, superuser: true })
  const events: AuditEvent[] = []
  application.auth.on('*', (event) => events.push(event))
  return { ...application, wires, events, places }
}

export function signIn(
  application: PeopleApplication,
  { username, password }: { username: string; password: string },
): Promise<Answer> {
  return application.signIn(username, password)
}

/** Not a word about the password. */
export function expectUnavailable({ status, headers, cookie, body }: Answer): void {
  expect({ status, cookie }).toEqual({ status: 503, cookie: undefined })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(JSON.parse(body)).toMatchObject({ status: 503, title: 'Sign-in cannot be checked now' })
}

/** So many failed logins, each with the source that could not tell, and no password anywhere. */
export function expectOnRecord(
  { events, places }: Wired,
  { source, reason, times }: { readonly source: Name; readonly reason: RegExp; readonly times: number },
): void {
  const failed = events.filter((event) => event.type === 'login.failed')
  expect(failed).toHaveLength(times)
  for (const { outcome, trail } of failed) {
    expect(outcome).toBe('unavailable')
    expect(trail.filter((step) => step.outcome === 'unavailable')).toEqual([
      expect.objectContaining({ source, reason: expect.stringMatching(reason) }),
    ])
  }
  const written = JSON.stringify(events)
  for (const { password } of Object.values(places).flatMap(({ people }) => people)) {
    expect(written).not.toContain(password)
  }
}

/** The sources that are not asked at present. */
export function circuitsOpen(application: PeopleApplication): string[] {
  return application.auth
    .health()
    .sources.filter(({ circuit }) => circuit !== 'closed')
    .map(({ source }) => source)
}

/** Moves the clock that circuits go by. */
export function later(milliseconds: number): void {
  const now = performance.now.bind(performance)
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + milliseconds)
  onTestFinished(() => spy.mockRestore())
}
