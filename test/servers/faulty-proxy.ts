import { connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A wire that can be cut, between a client and a server on this machine. */
export interface FaultyProxy {
  readonly port: number
  /** How new connections fare, and what comes from the server on those there are. */
  behave(behaviour: Behaviour): void
  /** Leads new connections to another server. */
  leadTo(target: number): void
  /** Cuts every connection. New ones can be made. */
  cut(): void
  /** Cuts every connection, and nobody listens any more: new ones are refused, until it is open again. */
  shut(): Promise<void>
  /** Listens again, on the same port. */
  reopen(): Promise<void>
  /** The URL of the server, with the port of the proxy in place of its own. */
  over(url: string): string
  /** How many connections were made. */
  connections(): number
  close(): Promise<void>
}

/** Opens a faulty proxy before a server on this machine, named by port or URL. It is closed when the test ends. */
export async function openFaultyProxy(target: number | string): Promise<FaultyProxy> {
  const proxy = await faultyProxy(typeof target === 'number' ? target : Number(new URL(target).port))
  onTestFinished(async () => {
    // Why: a client that closes first waits for answers that are on their way.
    proxy.behave('pass')
    await proxy.close()
  })
  return proxy
}

/**
 * `pass`: as if it were not there. `silent`: connects, and nothing ever comes back. `reset`: cuts at the first bytes that
 * come back. `half`: passes half of an answer, and cuts. `drip`: passes a byte now and then, so that no answer is whole
 * in time. `hangUp`: cuts each connection as it is made. `full`: closes each new connection, and passes on those there are.
 */
export type Behaviour = 'pass' | 'silent' | 'reset' | 'half' | 'drip' | 'hangUp' | 'full'

export async function faultyProxy(target: number): Promise<FaultyProxy> {
  let behaviour: Behaviour = 'pass'
  let made = 0
  let leadsTo = target
  const sockets = new Set<Socket>()
  /** To these there is something on its way, even if whoever sent it has hung up. */
  const dripping = new Set<Socket>()

  function join(client: Socket): void {
    made++
    if (behaviour === 'hangUp') {
      client.resetAndDestroy()
      return
    }
    if (behaviour === 'full') {
      client.on('error', () => {}).destroy()
      return
    }
    const upstream = connect(leadsTo, '127.0.0.1')
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        if (!dripping.has(other)) other.destroy()
      })
    }
    client.on('data', (bytes) => upstream.write(bytes))
    upstream.on('data', (bytes) => {
      if (behaviour === 'pass' || behaviour === 'full') client.write(bytes)
      else if (behaviour === 'drip') drip(bytes, upstream, client, dripping)
      else if (behaviour === 'half')
        client.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => client.resetAndDestroy())
      else if (behaviour !== 'silent') client.resetAndDestroy()
    })
  }

  const server = createServer(join)
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  async function shut(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve))
    cut()
    await closed
  }
  const port = await listen(server, 0)
  return {
    port,
    behave: (next) => {
      behaviour = next
    },
    leadTo: (next) => {
      leadsTo = next
    },
    cut,
    shut,
    reopen: async () => void (await listen(server, port)),
    over: (url) => url.replace(`:${new URL(url).port}`, `:${port}`),
    connections: () => made,
    close: shut,
  }
}

/** The server waits meanwhile: its next bytes come after these. */
function drip(bytes: Buffer, upstream: Socket, client: Socket, dripping: Set<Socket>): void {
  let passed = 0
  upstream.pause()
  dripping.add(client)
  const stop = () => {
    clearInterval(timer)
    dripping.delete(client)
  }
  const timer = setInterval(() => {
    client.write(bytes.subarray(passed, passed + 1))
    passed++
    if (passed < bytes.length) return
    stop()
    client.off('close', stop)
    if (upstream.destroyed) client.destroy()
    else upstream.resume()
  }, DRIP_MS)
  client.once('close', stop)
}

const DRIP_MS = 20

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
