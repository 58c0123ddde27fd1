import { connect, createServer, type Socket } from 'node:net'

/** A wire that can be cut, between a client and a server on this machine. */
export interface FaultyProxy {
  readonly port: number
  /** How new connections fare, and what comes from the server on those there are. */
  behave(behaviour: Behaviour): void
  /** Cuts every connection. New ones can be made. */
  cut(): void
  /** How many connections were made. */
  connections(): number
  close(): Promise<void>
}

/**
 * `pass`: as if it were not there. `silent`: connects, and nothing ever comes back. `reset`: cuts at the first bytes that
 * come back. `half`: passes half of an answer, and cuts. `hangUp`: cuts each connection as it is made.
 */
export type Behaviour = 'pass' | 'silent' | 'reset' | 'half' | 'hangUp'

export async function faultyProxy(target: number): Promise<FaultyProxy> {
  let behaviour: Behaviour = 'pass'
  let made = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    made++
    if (behaviour === 'hangUp') {
      client.resetAndDestroy()
      return
    }
    const upstream = connect(target, '127.0.0.1')
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (bytes) => upstream.write(bytes))
    upstream.on('data', (bytes) => {
      if (behaviour === 'pass') client.write(bytes)
      else if (behaviour === 'half')
        client.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => client.resetAndDestroy())
      else if (behaviour !== 'silent') client.resetAndDestroy()
    })
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    behave: (next) => {
      behaviour = next
    },
    cut,
    connections: () => made,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
  }
}
