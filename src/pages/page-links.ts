import { canonicalLanguage } from './canonical-language.ts'

/**
 * An address, or one for each language: `{ en: '/imprint', de: '/impressum' }`.
 *
 * An address is a path of this site that begins with `/`, or a URL with `https:`, `http:`, `mailto:` or `tel:`.
 */
export type PageLink = string | Readonly<Record<string, string>>

/** Pages of the application that Ostiary's pages link to. */
export interface PageLinksOptions {
  /** Linked to below every page, as "Help". */
  readonly help?: PageLink
  /** Linked to below every page, as "Imprint". */
  readonly imprint?: PageLink
  /** Linked to below every page, as "Privacy". */
  readonly privacy?: PageLink
  /** Linked to below the login form, as "Forgot your password?". */
  readonly forgotPassword?: PageLink
}

/** The addresses for the language of one page. */
export type PageLinks = { readonly [Name in keyof PageLinksOptions]: string }

/**
 * Checks the addresses, and returns a function that picks the addresses of one language.
 *
 * An address for `de` also serves `de-AT`. A language without an address gets the address of the default language.
 *
 * @throws {TypeError} when a name is unknown, or an address is forbidden in a page.
 */
export function readLinks(options: PageLinksOptions, defaultLanguage: string): (language: string) => PageLinks {
  const links = Object.entries<unknown>({ ...options }).flatMap(([name, link]) => {
    if (!NAMES.includes(name)) throw new TypeError(`links has ${NAMES.join(', ')}, and no '${name}'.`)
    return link === undefined ? [] : [[name, readLink(link, `links.${name}`)] as const]
  })
  return (language) => {
    const wanted = [language, language.split('-')[0] as string, defaultLanguage, ANY]
    const chosen = links.map(([name, link]) => [name, wanted.map((each) => link.get(each)).find(Boolean)] as const)
    return Object.fromEntries(chosen.filter(([, address]) => address))
  }
}

const NAMES = ['help', 'imprint', 'privacy', 'forgotPassword']

const ANY = 'any'

/** Returns the addresses of one link by language. */
function readLink(link: unknown, where: string): ReadonlyMap<string, string> {
  const addresses = typeof link === 'object' && link !== null ? Object.entries(link) : [[ANY, link] as const]
  return new Map(
    addresses.map(([language, address]) => {
      assertLink(address, language === ANY ? where : `${where}.${language}`)
      return [language === ANY ? ANY : canonicalLanguage(language), address]
    }),
  )
}

/**
 * @throws {TypeError} when a page must not link to this address. Why: a browser runs `javascript:` in the page's name,
 * and reads `//host` and `/\host` as another site.
 */
function assertLink(address: unknown, where: string): asserts address is string {
  if (isPath(address) || LINKED.includes(protocolOf(address) ?? '')) return
  throw new TypeError(
    `${where} is a path such as '/help' or a URL with https:, http:, mailto: or tel:, not ${JSON.stringify(address)}.`,
  )
}

const LINKED = ['https:', 'http:', 'mailto:', 'tel:']

/** True for a path of this site, without anything that a browser would drop or read as another host. */
export function isPath(address: unknown): address is string {
  return isPlain(address) && /^\/(?![/\\])/.test(address) && !address.includes('\\')
}

/** Returns the protocol of a whole URL, in lower case and with its colon. Returns undefined for any other text. */
export function protocolOf(address: unknown): string | undefined {
  return isPlain(address) && URL.canParse(address) ? new URL(address).protocol : undefined
}

/**
 * True for text without blanks and control characters. Why: browsers remove them, and the rest could mean something
 * else.
 */
function isPlain(address: unknown): address is string {
  return typeof address === 'string' && /^[^\s\p{Cc}\p{Cf}]+$/u.test(address) && address.isWellFormed()
}
