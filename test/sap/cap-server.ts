import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

/** SAP's own OData server, in a process of its own. */
export interface CapServer {
  readonly url: string
  /** Another address of it, which can be cut off alone. */
  relay(): Promise<Relay>
  stop(): Promise<void>
}

export interface Relay {
  readonly url: string
  cut(): Promise<void>
}

/** @throws {Error} with what it wrote, when it does not start. */
export async function startCap(): Promise<CapServer> {
  const program = fileURLToPath(new URL('cap/server.mjs', import.meta.url))
  const child = fork(program, { silent: true, cwd: fileURLToPath(new URL('cap', import.meta.url)) })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (written += chunk))
  const ended = once(child, 'exit')
  const port = await Promise.race([
    once(child, 'message').then(([message]) => (message as { port: number }).port),
    ended.then(() => undefined),
  ])
  if (port === undefined)
    throw new Error(`CAP did not start. It needs the development dependency @sap/cds.\n${written}`)
  return {
    url: `http://127.0.0.1:${port}`,
    relay: () => openRelay(port),
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function openRelay(port: number): Promise<Relay> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => near.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The relay has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async cut() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
