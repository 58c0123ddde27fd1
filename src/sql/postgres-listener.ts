import { loadDriver } from './load-driver.ts'
import { postgresConfig } from './postgres.ts'
import { readPostgresUrl } from './url/postgres-url.ts'

/** The receiver of notifications from a PostgreSQL server. */
export interface Listener {
  /** Called when something has happened, or may have happened while the connection was down. */
  readonly onNotice: () => void
  /**
   * Called with true when notifications begin to arrive, and with false when they stop. Before the first call,
   * notifications do not arrive.
   */
  readonly onListening: (listening: boolean) => void
}

/**
 * Listens on a connection of its own until the returned function is called. The connection lets the process end. A
 * failed or broken connection is retried every second.
 */
export function listenOnPostgres(url: string, channel: string, { onNotice, onListening }: Listener): () => void {
  let stopped = false
  let retry: NodeJS.Timeout | undefined
  let leave: (() => void) | undefined

  async function openClient() {
    const { Client } = (await loadDriver('pg', () => import('pg'))).default
    return new Client({
      ...postgresConfig(readPostgresUrl(new URL(url))),
      query_timeout: 5000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    })
  }

  async function connect(): Promise<void> {
    let client: Awaited<ReturnType<typeof openClient>> | undefined
    let left = false
    const end = () => {
      if (left) return
      left = true
      onListening(false)
      client?.end().catch(() => {})
      if (!stopped) retry = setTimeout(start, RETRY_MS).unref()
    }
    leave = end
    try {
      // A certificate that cannot be read is a failed connection, too.
      client = await openClient()
      if (left) return
      client.on('error', end)
      client.on('end', end)
      client.on('notification', onNotice)
      await client.connect()
      await client.query(`listen ${channel}`)
    } catch {
      end()
    }
    if (left || !client) return
    socketOf(client).unref()
    onListening(true)
    onNotice()
  }

  function start(): void {
    if (!stopped) void connect()
  }

  start()
  return () => {
    stopped = true
    clearTimeout(retry)
    leave?.()
  }
}

const RETRY_MS = 1000

function socketOf(client: object): { unref(): void } {
  return (client as { readonly connection: { readonly stream: { unref(): void } } }).connection.stream
}
