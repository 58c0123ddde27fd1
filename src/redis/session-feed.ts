import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { reasonOf } from '../reason-of.ts'
import type { Deadline } from '../resilience/deadline.ts'
import type { SessionChange, SessionStore } from '../sessions/session-store.ts'
import { warn } from '../warn.ts'
import { retryDelay, STEADY_MS } from './keep-connected.ts'
import type { RedisConnection } from './open-redis.ts'
import type { Wire } from './wire.ts'

interface FeedOptions {
  readonly stream: string
  readonly clock: Clock
  /** Tells a server that was connected to what was heard before, so that it learns what it has lost. */
  readonly tell: (run: (args: readonly string[]) => Promise<unknown>) => Promise<unknown>
  readonly listener: (changes: readonly SessionChange[]) => void
  readonly onConnected: Parameters<SessionStore['follow']>[1]
}

/**
 * Delivers all changes of the stream that still matter, then waits for new ones on a connection of its own, until the
 * returned function is called. Does not keep the process alive.
 *
 * When the connection breaks, or hangs for two seconds, it opens another one and goes on after the last change that it
 * has delivered; but from the beginning of the stream when the server is not the one it was, or has lost that change.
 * The ids in the stream of such a server may be lower than those that were read before.
 */
export async function followChanges(redis: RedisConnection, options: FeedOptions): Promise<() => void> {
  const { stream, clock, tell, listener, onConnected } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let position = BEGINNING
  let incarnation: string | undefined
  let wire: Wire | undefined

  /** Delivers a batch. Returns how many there were. */
  async function read(from: Wire, deadline: Deadline, ...block: string[]): Promise<number> {
    const args = ['XREAD', 'COUNT', `${BATCH}`, ...block, 'STREAMS', stream, position]
    const entries = ((await from.run(args, deadline)) as StreamReply | null)?.[0]?.[1] ?? []
    signal.throwIfAborted()
    const now = clock()
    const changes = entries.map(([, values]) => toChange(values)).filter(({ until }) => until > now)
    if (changes.length > 0) listener(changes)
    position = entries.at(-1)?.[0] ?? position
    return entries.length
  }

  async function connect(deadline: Deadline): Promise<Wire> {
    const opened = await redis.openWire(deadline)
    try {
      signal.throwIfAborted()
      const run = (args: readonly string[]) => opened.run(args, deadline)
      const isTheSame = opened.info !== undefined && opened.info.incarnation === incarnation
      if (!isTheSame || isBefore(await lastOf(stream, run), position)) position = BEGINNING
      incarnation = opened.info?.incarnation
      await tell(run)
      while ((await read(opened, deadline)) === BATCH) {}
      return opened
    } catch (cause) {
      opened.close()
      throw cause
    }
  }

  async function listen(): Promise<void> {
    const deadline = { ms: redis.commandTimeoutMs, background: true }
    let connected = true
    let failures = 0
    while (!signal.aborted && !redis.isClosed) {
      const since = performance.now()
      try {
        wire ??= await connect(deadline)
        if (!connected) onConnected?.(true)
        connected = true
        for (;;) await read(wire, { ms: HEARTBEAT_MS, background: true }, 'BLOCK', `${HEARTBEAT_MS / 2}`)
      } catch (cause) {
        wire?.close()
        wire = undefined
        if (signal.aborted) return
        if (connected) {
          onConnected?.(false)
          warn('OSTIARY_SESSION_FEED', `Redis does not tell of changed sessions: ${reasonOf(cause)}`)
        }
        connected = false
        if (performance.now() - since > STEADY_MS) failures = 0
        // The first attempt is made at once.
        if (failures > 0) await sleep(retryDelay(failures), undefined, { ref: false, signal }).catch(() => {})
        failures += 1
      }
    }
  }

  wire = await connect({ ms: redis.commandTimeoutMs })
  void listen()
  return () => {
    stopping.abort()
    wire?.close()
  }
}

const BEGINNING = '0-0'
const BATCH = 10_000
const HEARTBEAT_MS = 2000

type StreamReply = [stream: string, entries: [id: string, values: string[]][]][]

/** Names and values take turns, in the order in which they were written. */
function toChange([, type, , subject, , sequence, , until]: readonly string[]): SessionChange {
  const whom = type === 'all-revoked' ? null : subject
  return { type, subject: whom, revision: Number(sequence), until: Number(until) } as SessionChange
}

/** The id of the newest change that the stream has ever had, cleared away or not. */
async function lastOf(stream: string, run: (args: readonly string[]) => Promise<unknown>): Promise<string> {
  try {
    const info = (await run(['XINFO', 'STREAM', stream])) as unknown[]
    return String(info[info.indexOf('last-generated-id') + 1])
  } catch (cause) {
    if (reasonOf(cause).includes('no such key')) return BEGINNING
    throw cause
  }
}

function isBefore(one: string, other: string): boolean {
  const [time = 0, count = 0] = one.split('-').map(Number)
  const [otherTime = 0, otherCount = 0] = other.split('-').map(Number)
  return time < otherTime || (time === otherTime && count < otherCount)
}
