import type { FastifyListenOptions, FastifyServerOptions } from 'fastify'
import {
  type AuditEvent,
  defineUserSource,
  type Outcome,
  rejected,
  type SourceRules,
  type ThrottleOptions,
  type UserSource,
} from 'ostiary'
import { fixedClock } from 'ostiary/testing'
import { openAuth } from '../application/open-auth.ts'
import { type Answer, serveAuth } from '../application/serve-auth.ts'

// A application that listens on a port of this machine, for tests of how often one may knock.

interface ApplicationOptions {
  readonly throttle?: ThrottleOptions | false
  readonly fastify?: FastifyServerOptions
  readonly rules?: SourceRules
  readonly secret?: string
  /** Asked after the one where anna and bert live. */
  readonly others?: readonly UserSource[]
  /** Default: a free port. */
  readonly listen?: FastifyListenOptions
}

interface Knock {
  readonly cookie?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

export interface ThrottledAnswer extends Answer {
  readonly retryAfter: number
  /** The cookie of a known device, as a browser sends it. */
  readonly device: string | undefined
}

export type ThrottledApplication = Awaited<ReturnType<typeof openThrottledApplication>>

/** Anna and bert live there, and their passwords are `right`. Time stands still, and those who wait are let go at once. */
export async function openThrottledApplication({
  throttle = {},
  fastify,
  rules,
  secret,
  others = [],
  listen,
}: ApplicationOptions = {}) {
  const clock = fixedClock()
  const asked: string[] = []
  const waits: number[] = []
  const events: AuditEvent[] = []
  const source = {
    /** What the source does instead of comparing passwords. */
    answer: undefined as (() => Outcome | Promise<Outcome>) | undefined,
  }
  const auth = await openAuth({
    roles: [],
    sources: [
      defineUserSource(
        'people',
        async ({ username, password }) => {
          asked.push(username)
          if (source.answer) return source.answer()
          const name = username.trim().toLowerCase()
          if (name !== 'anna' && name !== 'bert') return null
          return password === 'right' ? { name } : rejected()
        },
        rules,
      ),
      ...others,
    ],
    sessions: secret === undefined ? {} : { secret },
    throttle: throttle && {
      refusalFloor: 0,
      wait: async (milliseconds) => {
        waits.push(milliseconds)
      },
      ...throttle,
    },
    audit: { record: (event) => void events.push(event) },
    clock,
  })
  const { app, ask } = await serveAuth(auth, { fastify, listen: listen ?? true })

  async function send(body: string | URLSearchParams, { cookie, headers }: Knock): Promise<ThrottledAnswer> {
    const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {}
    const answer = await ask('/auth/login', { method: 'POST', body, cookie, headers: { ...type, ...headers } })
    const device = answer.headers.getSetCookie().find((each) => /^[^=]+-device=/.test(each))
    return {
      ...answer,
      retryAfter: Number(answer.headers.get('retry-after')),
      device: device?.split(';', 1)[0],
    }
  }

  return {
    app,
    auth,
    clock,
    /** The names that the source was asked for. */
    asked,
    /** How long each delayed attempt was made to wait. */
    waits,
    events,
    source,
    /** Signs in as a program does. */
    knock: (username: string, password = 'wrong', how: Knock = {}) => send(JSON.stringify({ username, password }), how),
    /** Signs in as a browser does. */
    fillIn: (username: string, password: string, how: Knock = {}) =>
      send(new URLSearchParams({ username, password }), { ...how, headers: { accept: 'text/html', ...how.headers } }),
  }
}

/** Settings of an application that believes a proxy on this machine. */
export const TRUSTED = { trustProxy: '127.0.0.1' }

/** The address of one of 65,536 clients. */
export const address = (index: number) => `10.${index >> 8}.${index & 255}.1`

/** As a proxy that is trusted says where somebody comes from. */
export const from = (address: string): Knock => ({ headers: { 'x-forwarded-for': address } })

/** One after the other, since what comes first counts first. */
export async function inTurn<T>(count: number, action: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let index = 0; index < count; index += 1) results.push(await action(index))
  return results
}

/** How often each of them is there, such as `{ 401: 10, 429: 40 }`. */
export function tally(answers: readonly ThrottledAnswer[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
