import { isIPv4 } from 'node:net'

/**
 * Returns whether a host name stays on this machine: `localhost` and the loopback addresses (RFC 6761, section 6.3).
 *
 * @param hostname As in a URL, with or without the brackets of IPv6.
 */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase()
  return name === 'localhost' || name === '::1' || name === '[::1]' || (name.startsWith('127.') && isIPv4(name))
}
