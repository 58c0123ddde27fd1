import type { RequestContext } from '../request-context.ts'
import { warn } from '../warn.ts'
import { clientNetwork } from './client-network.ts'
import { ipaddr } from './ip-address.ts'

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
  const address = ipaddr.parse(network.replace('/64', ''))
  return PRIVATE_RANGES[address.kind()].has(address.range())
}

/** The first address in the /64 of `::1` is `::`, which is called unspecified. */
const PRIVATE_RANGES: Readonly<Record<'ipv4' | 'ipv6', ReadonlySet<string>>> = {
  ipv4: new Set(['private', 'loopback']),
  ipv6: new Set(['unspecified', 'uniqueLocal']),
}
