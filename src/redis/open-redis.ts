import { type Duration, toMilliseconds } from '../duration.ts'
import { AuthError, DatabaseError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { type Deadline, withDeadline } from '../resilience/deadline.ts'
import { warn } from '../warn.ts'
import { keepConnected } from './keep-connected.ts'
import { loadClient } from './load-client.ts'
import { readRedisUrl } from './redis-url.ts'
import { evaluate, type Script } from './script.ts'
import { openWire, type Wire } from './wire.ts'

/** How a Redis is talked to. */
export interface RedisOptions {
  /** How long it may take to connect, and how long to answer. Default: 2 s. */
  readonly commandTimeout?: Duration
  /** Certificates of authorities to trust, as PEM, for `rediss:`. Default: those that Node trusts. */
  readonly ca?: string | readonly string[]
}

/** A Redis, for everything that is kept there. Connected at its first use, or by {@link RedisConnection.ready}. */
export interface RedisConnection {
  /**
   * Connects, and checks that the server is Redis 7 or newer, and no replica.
   *
   * @throws {DatabaseError} when the server is anything else, or does not answer in time.
   * @throws {ConfigurationError} when the package `@redis/client` is missing.
   */
  ready(): Promise<void>
  /** For good. Whoever follows changes hears nothing more. */
  close(): Promise<void>
  /** @internal */
  readonly commandTimeoutMs: number
  /** @internal Rejects in time, with a {@link DatabaseError} without any password. */
  evaluate(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown>
  /** @internal As for `evaluate`. */
  run(args: readonly string[]): Promise<unknown>
  /** @internal A connection of its own, for what blocks. It is not replaced when it breaks. */
  openWire(deadline: Deadline): Promise<Wire>
  /** @internal */
  readonly isClosed: boolean
}

/**
 * Names a Redis by URL: `redis://host:6379`, `redis://:password@host:6379/0`, and `rediss:` for TLS.
 *
 * ```ts
 * import { openRedis } from 'ostiary/redis'
 *
 * export async function connect() {
 *   const redis = openRedis('redis://127.0.0.1:6379', { commandTimeout: '1s' })
 *   await redis.ready()
 *   return redis
 * }
 * ```
 *
 * While it is down, calls fail at once; one that hangs makes them fail when `commandTimeout` has passed. It reconnects
 * by itself, for ever. A connection that is left open does not keep the process alive.
 *
 * @throws {ConfigurationError} when the URL names none, and, at the first use, when the package `@redis/client` is not
 * installed.
 */
export function openRedis(url: string, options: RedisOptions = {}): RedisConnection {
  const server = readRedisUrl(url)
  const { ca } = options
  const commandTimeoutMs = toMilliseconds(options.commandTimeout ?? '2s', 'commandTimeout')
  const inBackground: Deadline = { ms: commandTimeoutMs, background: true }
  const wires = new Set<Wire>()
  let closed = false
  let checked: Promise<void> | undefined
  const kept = keepConnected((onEnd) => openWire({ server, ca, deadline: inBackground, onEnd }))

  async function withReason<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (cause) {
      if (cause instanceof AuthError) throw cause
      throw new DatabaseError(`Redis at ${server.label} cannot be asked: ${failureOf(cause)}`, { cause })
    }
  }

  /** Within the time of the caller, who is not to blame for the time that loading the client takes. */
  async function withWire<T>(action: (wire: Wire) => T | Promise<T>): Promise<T> {
    await loadClient()
    return await withDeadline({ ms: commandTimeoutMs }, async () => await action(await kept.current()))
  }

  const run = (args: readonly string[]) => withWire((wire) => wire.run(args, inBackground))

  async function check(): Promise<void> {
    const info = await withReason(() => withWire((wire) => wire.info))
    if (!info) return
    if (Number.parseInt(info.version, 10) < 7) {
      throw new DatabaseError(`Redis at ${server.label} is version ${info.version}: 7 or newer is needed.`)
    }
    if (info.evicts) {
      warn('OSTIARY_REDIS_EVICTS', `Redis at ${server.label} drops keys when its memory is full, revocations too.`)
    }
  }

  return {
    commandTimeoutMs,
    get isClosed() {
      return closed
    },

    async ready() {
      checked ??= check()
      try {
        await checked
      } catch (cause) {
        checked = undefined
        throw cause
      }
    },

    run: (args) => withReason(() => run(args)),
    evaluate: (script, keys, args) => withReason(() => evaluate(run, script, keys, args)),

    openWire: (deadline) =>
      withReason(async () => {
        if (closed) throw new Error('the connection was closed')
        const wire: Wire = await openWire({ server, ca, deadline, onEnd: () => wires.delete(wire) })
        wires.add(wire)
        if (closed) wire.close()
        return wire
      }),

    async close() {
      closed = true
      kept.close()
      for (const wire of wires) wire.close()
    },
  }
}

/** Where a host has several addresses, Node's error has no message but that of each try. */
function failureOf(cause: unknown): string {
  const tries = cause instanceof AggregateError ? cause.errors : []
  return reasonOf(cause) || tries.map(reasonOf).join('; ') || 'it cannot be reached'
}
