import { isIPv4, isIPv6 } from 'node:net'
import { ipaddr } from './ip-address.ts'

/**
 * What counts as one client: an IPv4 address, or a /64 of IPv6, which is the least that a customer gets. An IPv4
 * address that is written as one of IPv6 is itself, and so is one that NAT64 has translated (RFC 6052). Undefined for what is no address: a Unix socket has none.
 */
export function clientNetwork(address: string | undefined): string | undefined {
  // Some proxies add the port.
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(address ?? '') ?? []
  const [bare = ''] = (bracketed ?? address ?? '').split('%', 1)
  const withoutPort = bare.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  if (isIPv4(withoutPort)) return withoutPort
  if (!isIPv6(bare)) return undefined
  // The library takes the old spelling `::192.0.2.7` for `::ffff:192.0.2.7`. The URL parser writes groups alone.
  const ip = ipaddr.IPv6.parse(new URL(`http://[${bare}]`).hostname.slice(1, -1))
  if (HOLDS_IPV4.some((network) => ip.match(network)))
    return ipaddr.fromByteArray(ip.toByteArray().slice(12)).toString()
  return `${ip.toNormalizedString().split(':').slice(0, 4).join(':')}::/64`
}

/** Addresses that hold one of IPv4, and the well-known prefix of NAT64. */
const HOLDS_IPV4 = ['::ffff:0:0/96', '64:ff9b::/96'].map((network) => ipaddr.IPv6.parseCIDR(network))

/**
 * The network that a client belongs to: a /24 of IPv4, a /48 of IPv6, which is the most that a customer usually gets.
 * What the limits of an account share out goes to these. Takes what {@link clientNetwork} returns.
 */
export function widerNetwork(client: string): string {
  if (isIPv4(client)) return `${client.replace(/\.\d+$/, '')}.0/24`
  return `${client.split(':').slice(0, 3).join(':')}::/48`
}
