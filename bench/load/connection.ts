import { connect, type Socket } from 'node:net'

/** One connection that asks again as soon as it is answered. */
export interface Connection {
  /** Sends a request, and resolves to the status of the answer. */
  ask(request: string, answered: (status: number) => void): void
  close(): void
}

/**
 * A client of HTTP/1.1 that knows just enough to read the answers of these servers: with a length, and not in chunks.
 * It takes far less processor time than the servers do, so that theirs is what limits.
 */
export async function openConnection(port: number): Promise<Connection> {
  const socket = await connected(port)
  let answered: ((status: number) => void) | undefined
  let received = ''
  socket.on('data', (chunk: string) => {
    received = received === '' ? chunk : received + chunk
    const head = received.indexOf('\r\n\r\n')
    if (head < 0 || received.length < head + 4 + lengthOf(received, head)) return
    const status = Number(received.slice(9, 12))
    received = ''
    answered?.(status)
  })
  socket.on('error', () => answered?.(0))
  socket.on('close', () => answered?.(0))
  return {
    ask(request, whenAnswered) {
      answered = whenAnswered
      socket.write(request, 'latin1')
    },
    close() {
      answered = undefined
      socket.destroy()
    },
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.once('error', reject)
  })
}

function lengthOf(text: string, head: number): number {
  const at = text.indexOf('content-length: ')
  if (at < 0 || at > head) throw new Error(`An answer has no length: ${text.slice(0, head)}`)
  return Number.parseInt(text.slice(at + 16, at + 28), 10)
}
