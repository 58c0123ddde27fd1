import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Connection } from 'ostiary/web'

/** What the server gives beside a request. */
export interface NodeInfo {
  readonly incoming: IncomingMessage
}

/** Serves a fetch handler on a port of 127.0.0.1: a free one, unless one is given. */
export async function serveFetch(
  fetch: (request: Request, info: NodeInfo) => Response | Promise<Response>,
  port: number = 0,
) {
  const server = serve({ fetch: (request, info) => fetch(request, info as NodeInfo), port, hostname: '127.0.0.1' })
  if (!server.listening) await once(server, 'listening')
  return {
    server: server as Server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close()
      ;(server as Server).closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** What the server knows of a request. With `trustProxy`, what the one proxy in front says. */
export function connectionOf({ headers }: Request, { incoming }: NodeInfo, trustProxy: boolean): Connection {
  const forwarded = (name: string) => (trustProxy ? headers.get(name)?.split(',').at(-1)?.trim() : undefined)
  const scheme = forwarded('x-forwarded-proto')
  return {
    https: scheme === undefined ? undefined : scheme === 'https',
    host: forwarded('x-forwarded-host'),
    clientAddress: forwarded('x-forwarded-for') ?? incoming.socket.remoteAddress,
  }
}
