import { isPath, protocolOf } from './page-links.ts'

/** A picture of the application: a path of this site, an `https:` URL, or a `data:image/…` URL. */
export interface PageLogoOptions {
  readonly src: string
  /** Used in place of `src` where the browser asks for dark colours. */
  readonly dark?: string
  /**
   * Text of the picture, for a picture that shows the application's name. The page then leaves out the title. Without
   * `alt` the picture is decoration, and the title stands below.
   */
  readonly alt?: string
}

/** A small engraved keyhole, for the tab of the browser. */
export const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="20" fill="#7d5d18"/>' +
    '<path d="M20 8a6.5 6.5 0 0 0-3.2 12.2L14.5 31h11l-2.3-10.8A6.5 6.5 0 0 0 20 8z" fill="#fdfcf9"/></svg>',
)}`

/**
 * Reads `logo` and `icon`, and returns them with the sources for the policy. A logo given as text is its `src`.
 *
 * @throws {TypeError} when an address is forbidden for a picture.
 */
export function readImages(
  logo: string | PageLogoOptions | undefined,
  icon: string = ICON,
): { logo: PageLogoOptions | undefined; icon: string; sources: readonly string[] } {
  const read = typeof logo === 'string' ? { src: logo } : logo
  const addresses = { 'logo.src': read?.src, 'logo.dark': read?.dark, icon }
  const sources = Object.entries(addresses).flatMap(([where, address]) =>
    address === undefined && (where !== 'logo.src' || read === undefined) ? [] : [sourceOf(address, where)],
  )
  if (read?.alt !== undefined && typeof read.alt !== 'string') throw new TypeError('logo.alt is a text.')
  return { logo: read, icon, sources: [...new Set(sources)] }
}

/** Returns the source expression (CSP 3, section 2.3.1) that lets a page load this picture. */
function sourceOf(address: unknown, where: string): string {
  if (isPath(address)) return "'self'"
  const protocol = protocolOf(address)
  // Checked because a host may hold characters that end a directive of the policy.
  if (protocol === 'https:' && HOST.test(new URL(address as string).origin)) return new URL(address as string).origin
  if (protocol === 'data:' && /^data:image\/[\w.+-]+[;,]/i.test(address as string)) return 'data:'
  throw new TypeError(
    `${where} is a path such as '/logo.svg', an https: URL or a data:image URL, not ${JSON.stringify(address)}.`,
  )
}

const HOST = /^https:\/\/(?:[a-z\d._-]+|\[[\da-f:]+\])(?::\d+)?$/
