import { type Deadline, DeadlineError, withDeadline } from '../resilience/deadline.ts'
import { loadClient } from './load-client.ts'
import type { RedisServer } from './redis-url.ts'
import { readServerInfo, type ServerInfo } from './server-info.ts'

/** One connection, from its handshake to its end. It is never mended: whoever needs another one opens another one. */
export interface Wire {
  /** What the server said when it was connected to. Undefined where the account may not ask. */
  readonly info: ServerInfo | undefined
  /** Asks, and gives the wire up when there is no answer in time: what hangs would hold up all that comes after. */
  run(args: readonly string[], deadline: Deadline): Promise<unknown>
  close(): void
}

interface WireOptions {
  readonly server: RedisServer
  readonly ca?: string | readonly string[] | undefined
  readonly deadline: Deadline
  /** Called once, when an open wire is no more, whoever ended it. */
  readonly onEnd: (cause: unknown) => void
}

/** Only to a server that may be written to: a replica may not yet know what the primary has acknowledged. */
export async function openWire({ server, ca, deadline, onEnd }: WireOptions): Promise<Wire> {
  const { createClient } = await loadClient()
  const { host, port, username, password, database, tls } = server
  const client = createClient({
    RESP: 2,
    disableOfflineQueue: true,
    database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    socket: {
      host,
      port,
      connectTimeout: deadline.ms,
      reconnectStrategy: false,
      ...(tls && {
        tls: true,
        rejectUnauthorized: true,
        ...(!isAddress(host) && { servername: host }),
        ...(ca && { ca: ca as string[] }),
      }),
    },
  })
  let opened = false
  let ended = false
  function end(cause: unknown): void {
    if (ended) return
    ended = true
    client.destroy()
    if (opened) onEnd(cause)
  }
  client.on('error', end)
  // Whoever waits for an answer keeps the process alive by the timer of its deadline.
  client.unref()

  const connecting = client.connect()
  // One that comes through after all was given up must not stay open.
  connecting.then(() => ended && client.destroy()).catch(() => {})
  let info: ServerInfo | undefined
  try {
    await withDeadline(deadline, () => connecting)
    info = await readServerInfo((args) => withDeadline(deadline, () => client.sendCommand(args)))
    if (info?.isReplica) throw new Error('it is a replica, where nothing can be kept')
  } catch (cause) {
    end(cause)
    throw cause
  }
  opened = true

  return {
    info,
    async run(args, runDeadline) {
      try {
        return await withDeadline(runDeadline, () => client.sendCommand(args))
      } catch (cause) {
        // A server that may no longer be written to has been replaced: a new connection finds the one that may.
        if (cause instanceof DeadlineError || isReadOnly(cause)) end(cause)
        throw cause
      }
    },
    close: () => end(new Error('the connection was closed')),
  }
}

function isAddress(host: string): boolean {
  return /^[\d.]+$|:/.test(host)
}

function isReadOnly(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('READONLY')
}
