import { loadDriver } from './load-driver.ts'
import { postgresConfig } from './postgres.ts'
import { readPostgresUrl } from './url/postgres-url.ts'

/** Whoever waits for notifications of a PostgreSQL server. */
export interface Listener {
  /** Something has happened, or may have while nobody listened. */
  readonly onNotice: () => void
  /** Whether notifications arrive. Until it is said, and after it is denied, they do not. */
  readonly onListening: (listening: boolean) => void
}

/**
 * Listens on a connection of its own, which does not keep the process alive, until the returned function is called.
 * A connection that cannot be made, or breaks, is made again, over and over.
 */
export function listenOnPostgres(url: string, channel: string, { onNotice, onListening }: Listener): () => void {
  let stopped = false
  let retry: NodeJS.Timeout | undefined
  let leave: (() => void) | undefined

  async function connect(): Promise<void> {
    const { Client } = (await loadDriver('pg', () => import('pg'))).default
    const client = new Client({
      ...postgresConfig(readPostgresUrl(new URL(url))),
      query_timeout: 5000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    })
    let left = false
    leave = () => {
      if (left) return
      left = true
      onListening(false)
      client.end().catch(() => {})
      if (!stopped) retry = setTimeout(start, RETRY_MS).unref()
    }
    client.on('error', leave)
    client.on('end', leave)
    client.on('notification', onNotice)
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
    } catch {
      leave()
    }
    if (left) return
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
