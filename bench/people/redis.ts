import { once } from 'node:events'
import { connect } from 'node:net'
import { createServerHome, findProgram } from '../../test/databases/server-process.ts'

/** A Redis of its own, which keeps what it is told in a file, as sessions need it. */
export async function startRedis(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const program = findProgram('redis-server', 'redis-server')
  const home = await createServerHome('redis')
  const options = { port: home.port, bind: '127.0.0.1', dir: home.folder, appendonly: 'yes', save: '' }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`])
  await home.start(program, args, 'TERM', () => reach(home.port))
  return { url: `redis://127.0.0.1:${home.port}`, stop: home.stop }
}

async function reach(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
}
