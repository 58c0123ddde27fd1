import { reasonOf } from '../reason-of.ts'
import type { Connection, SearchRequest } from './connection.ts'
import type { Dialer } from './dialer.ts'
import { type Entry, UnfitEntryError } from './entry.ts'
import type { LdapServiceBind } from './options.ts'
import { resultCodeOf } from './result-code.ts'
import { orAborted } from './within-time.ts'

/** Connections on which the service account is signed in, each used by one search at a time. */
export interface ServicePool {
  search(request: SearchRequest, signal: AbortSignal): Promise<readonly Entry[]>
  close(): void
}

/** People never bind on these connections, so that nobody's search ever runs under somebody else's name. */
export function createServicePool(dial: Dialer, { dn, password }: LdapServiceBind, size: number): ServicePool {
  const open = new Set<Connection>()
  const idle: { connection: Connection; timer: NodeJS.Timeout }[] = []
  const waiting: (() => void)[] = []
  let busy = 0

  const dialAsService = (signal: AbortSignal) =>
    dial(signal, async (connection) => {
      try {
        await connection.bind(dn, password, signal)
      } catch (cause) {
        throw new Error(`the service account cannot sign in: ${reasonOf(cause)}`, { cause })
      }
    })

  function takeIdle(): Connection | undefined {
    for (let next = idle.pop(); next; next = idle.pop()) {
      clearTimeout(next.timer)
      if (next.connection.isOpen) return next.connection
      open.delete(next.connection)
    }
    return undefined
  }

  function putBack(connection: Connection): void {
    if (!connection.isOpen || !open.has(connection)) {
      discard(connection)
      return
    }
    connection.keepAlive(false)
    const timer = setTimeout(() => {
      idle.splice(0, idle.length, ...idle.filter((each) => each.connection !== connection))
      discard(connection)
    }, IDLE_MS).unref()
    idle.push({ connection, timer })
  }

  function discard(connection: Connection): void {
    open.delete(connection)
    connection.close()
  }

  async function takeTurn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (busy < size) {
      busy++
      return
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const giveUp = () => {
      const place = waiting.indexOf(resolve)
      if (place >= 0) waiting.splice(place, 1)
      // Its turn came in the very moment in which its time was up.
      else endTurn()
    }
    waiting.push(resolve)
    await orAborted(signal, giveUp, () => promise)
  }

  /** The turn goes on to whoever waits longest. */
  function endTurn(): void {
    const next = waiting.shift()
    if (next) next()
    else busy--
  }

  async function searchOn(
    connection: Connection,
    request: SearchRequest,
    signal: AbortSignal,
  ): Promise<readonly Entry[]> {
    connection.keepAlive(true)
    try {
      return await connection.search(request, signal)
    } finally {
      putBack(connection)
    }
  }

  return {
    async search(request, signal) {
      await takeTurn(signal)
      try {
        const rested = takeIdle()
        if (rested) {
          try {
            return await searchOn(rested, request, signal)
          } catch (error) {
            // The server may have hung up while the connection rested, by a restart for one: that is no outage yet.
            if (resultCodeOf(error) !== undefined || error instanceof UnfitEntryError || signal.aborted) throw error
          }
        }
        const fresh = await dialAsService(signal)
        open.add(fresh)
        return await searchOn(fresh, request, signal)
      } finally {
        endTurn()
      }
    },
    close() {
      for (const { timer } of idle.splice(0)) clearTimeout(timer)
      for (const connection of open) discard(connection)
    },
  }
}

const IDLE_MS = 60_000
