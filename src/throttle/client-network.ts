import { isIPv4, isIPv6 } from 'node:net'

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
  const groups = groupsOf(bare)
  const [high = 0, low = 0] = groups.slice(6)
  if (IPV4_PREFIXES.includes(groups.slice(0, 6).join())) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/**
 * The network that a client belongs to: a /24 of IPv4, a /48 of IPv6, which is the most that a customer usually gets.
 * What the limits of an account share out goes to these. Takes what {@link clientNetwork} returns.
 */
export function widerNetwork(client: string): string {
  if (isIPv4(client)) return `${client.replace(/\.\d+$/, '')}.0/24`
  return `${client.split(':').slice(0, 3).join(':')}::/48`
}

/** In the groups of an address: `::ffff:0:0/96`, and the well-known prefix of NAT64, `64:ff9b::/96`. */
const IPV4_PREFIXES = [
  [0, 0, 0, 0, 0, 0xffff],
  [0x64, 0xff9b, 0, 0, 0, 0],
].map((groups) => groups.join())

/** The eight groups. The URL parser writes every spelling of an address in one way. */
function groupsOf(address: string): number[] {
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const read = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  if (right === undefined) return read(left)
  const [before, after] = [read(left), read(right)]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}
