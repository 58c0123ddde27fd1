import { isIPv4, isIPv6 } from 'node:net'

/**
 * What counts as one client: an IPv4 address, or a /64 of IPv6, which is the least that a customer gets. An IPv4
 * address that is written as one of IPv6 is itself. Undefined for what is no address: a Unix socket has none.
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
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight groups. The URL parser writes every spelling of an address in one way. */
function groupsOf(address: string): number[] {
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const read = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  if (right === undefined) return read(left)
  const [before, after] = [read(left), read(right)]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}
