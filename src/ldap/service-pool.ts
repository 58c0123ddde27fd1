import { reasonOf } from '../reason-of.ts'
import { createSemaphore } from '../resilience/semaphore.ts'
import type { Connection, SearchRequest } from './connection.ts'
import type { Dialer } from './dialer.ts'
import { type Entry, UnfitEntryError } from './entry.ts'
import type { LdapServiceBind } from './options.ts'
import { resultCodeOf } from './result-code.ts'

/** Connections on which the service account is signed in, each used by one search at a time. */
export interface ServicePool {
  search(request: SearchRequest, signal: AbortSignal): Promise<readonly Entry[]>
  close(): void
}

/**
 * Creates the pool of connections of the service account. Users bind on other connections. Why: every search here runs
 * with the rights of the service account.
 */
export function createServicePool(dial: Dialer, { dn, password }: LdapServiceBind, size: number): ServicePool {
  const open = new Set<Connection>()
  const idle: { connection: Connection; timer: NodeJS.Timeout }[] = []
  /** As many searches at once as connections. */
  const turns = createSemaphore({ places: size })

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
      const endTurn = await turns.acquire(signal)
      try {
        const rested = takeIdle()
        if (rested) {
          try {
            return await searchOn(rested, request, signal)
          } catch (error) {
            // Why another try: the server may have closed an idle connection, for example by a restart.
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
