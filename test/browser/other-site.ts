import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web site that is not ours, on a port of its own; closed when it goes out of scope. */
export interface OtherSite extends AsyncDisposable {
  readonly url: string
  /** The paths that browsers asked for. */
  readonly visits: readonly string[]
}

/** Serves one page on every path. On `localhost` it is another site than `127.0.0.1`, on that another origin of the same. */
export async function startOtherSite(html: string, host: 'localhost' | '127.0.0.1' = 'localhost'): Promise<OtherSite> {
  const visits: string[] = []
  const server = createServer((request, response) => {
    if (request.url !== '/favicon.ico') visits.push(request.url ?? '')
    response.setHeader('content-type', 'text/html; charset=utf-8').end(html)
  })
  server.listen(0, host)
  await once(server, 'listening')
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/`,
    visits,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
