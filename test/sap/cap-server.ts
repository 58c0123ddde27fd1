import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { faultyProxy } from '../servers/faulty-proxy.ts'
import type { Certificate } from './certificates.ts'

/** SAP's own OData server, in a process of its own. */
export interface CapServer {
  readonly url: string
  readonly port: number
  /** Another address of it, which can be cut off alone. */
  relay(): Promise<Relay>
  stop(): Promise<void>
}

export interface Relay {
  readonly url: string
  cut(): Promise<void>
}

/** Over HTTPS, when it has a certificate. @throws {Error} with what it wrote, when it does not start. */
export async function startCap(certificate?: Certificate): Promise<CapServer> {
  const program = fileURLToPath(new URL('cap/server.mjs', import.meta.url))
  const args = certificate ? [certificate.cert, certificate.key] : []
  const child = fork(program, args, { silent: true, cwd: fileURLToPath(new URL('cap', import.meta.url)) })
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
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    async relay() {
      const proxy = await faultyProxy(port)
      return { url: `http://127.0.0.1:${proxy.port}`, cut: proxy.close }
    },
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
