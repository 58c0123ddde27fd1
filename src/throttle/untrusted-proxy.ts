import { BlockList } from 'node:net'
import type { RequestContext } from '../request-context.ts'
import { warn } from '../warn.ts'
import { clientNetwork } from './client-network.ts'

/**
 * Warns once when the client that has met its limit looks like a proxy that nobody told the application to trust: then
 * all clients behind it count as one, and any of them can use up what all have.
 */
export function createProxySuspicion(): (context: Pick<RequestContext, 'headers' | 'clientAddress'>) => void {
  let warned = false
  return ({ headers, clientAddress }) => {
    if (warned || headers['x-forwarded-for'] === undefined || !isPrivate(clientAddress)) return
    warned = true
    warn(
      'OSTIARY_UNTRUSTED_PROXY',
      `Too many attempts to sign in came from ${clientAddress}, on behalf of others. ` +
        'If that is a proxy, tell the framework to trust it (Fastify: trustProxy): all its clients count as one.',
    )
  }
}

/** Where proxies stand. From elsewhere, anybody could write such a header. */
function isPrivate(clientAddress: string): boolean {
  const network = clientNetwork(clientAddress)
  if (network === undefined) return false
  return network.includes(':') ? /^(?:0:0:0:0:|f[cd])/.test(network) : PRIVATE.check(network)
}

const PRIVATE = new BlockList()
PRIVATE.addSubnet('10.0.0.0', 8)
PRIVATE.addSubnet('127.0.0.0', 8)
PRIVATE.addSubnet('172.16.0.0', 12)
PRIVATE.addSubnet('192.168.0.0', 16)
