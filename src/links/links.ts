import { type Duration, toMilliseconds } from '../duration.ts'
import { accountLink, type CoreServices, type Extension, perAuth } from '../http/index.ts'
import { type Auth, ConfigurationError, type ManagedUser, type Role } from '../index.ts'
import { type AccountLinks, createLinks, type LinkKind, managedSource } from './account-links.ts'
import { linkEndpoints } from './endpoints.ts'
import { mailEndpoints } from './mail-endpoints.ts'

/** Options of {@link accountLinks}. */
export interface LinksOptions {
  /**
   * The address of the login routes, as browsers see it: `https://app.example.org/auth`. Links begin with it, whatever
   * a request says about the host.
   */
  readonly url: string
  /** Sends a link to a user. Called in the background, with 60 s of time. An error is recorded, and shown to nobody. */
  readonly deliver: (delivery: Delivery) => Promise<void>
  /** Returns the mail address of a user, or undefined. Default: the property `mail`. */
  readonly mailOf?: (user: ManagedUser) => string | undefined
  /**
   * Resolves to the user name for the text that somebody typed, such as the mail address. Undefined when there is none.
   * Default: the text is the name.
   */
  readonly usernameOf?: (typed: string) => Promise<string | undefined>
  /** The lifetime of a link for a forgotten password. Default: 1 h. */
  readonly resetLifetime?: Duration
  /** The lifetime of an invitation. Default: 7 days. */
  readonly inviteLifetime?: Duration
  /** Lets people add an account of their own, once they have proved a mail address. Default: nobody may. */
  readonly signUp?: SignUpOptions
  /** Where users of other sources change their password, by the name of the source: a text. */
  readonly elsewhere?: Readonly<Record<string, string>>
}

/** Who may add an account. */
export interface SignUpOptions {
  /**
   * Resolves to true when an account with this mail address may be added. Asked before a link is sent, and once more
   * before the account is added.
   */
  readonly accept: (mail: string) => Promise<boolean>
  /** The roles of new users. Default: none. */
  readonly roles?: readonly (Role | string)[]
}

/** A link to be sent. */
export interface Delivery {
  readonly kind: Extract<LinkKind, 'reset' | 'signup'>
  /** The mail address. */
  readonly to: string
  readonly link: string
  /** Empty in a link for a new account. */
  readonly username: string
  /** The language of the page that asked for it: `en`, `de`. */
  readonly language: string
}

/** The extension of links. */
export interface LinksExtension extends Extension {
  readonly name: 'links'
  /** Returns the links of users. */
  links(services: CoreServices): AccountLinks
}

/**
 * Lets users of the user management change their password, and set a forgotten one by a link.
 *
 * The pages are `{prefix}/password` and `{prefix}/reset`. The answer to a request for a link is the same, in the same
 * time, whether or not there is an account. A new password ends all sessions of the user, and all other links.
 *
 * ```ts
 * import { createAuth } from 'ostiary'
 * import { accountLinks } from 'ostiary/links'
 * import { localUsers, openDatabase, sqlRecords } from 'ostiary/sql'
 *
 * const database = openDatabase('sqlite::memory:')
 * const auth = createAuth({
 *   roles: [],
 *   sources: [localUsers(database)],
 *   records: sqlRecords(database),
 *   extensions: [
 *     accountLinks({
 *       url: 'https://app.example.org/auth',
 *       deliver: async ({ to, link }) => console.log(`To ${to}: ${link}`),
 *     }),
 *   ],
 * })
 * ```
 *
 * @throws {ConfigurationError} when an option is invalid.
 */
export function accountLinks(options: LinksOptions): LinksExtension {
  const {
    url,
    deliver,
    mailOf = mailProperty,
    usernameOf = async (typed: string) => typed,
    elsewhere = {},
    signUp,
  } = options ?? {}
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || /[?#]|\/$/.test(url))
    throw new ConfigurationError('accountLinks({ url }) is such as "https://app.example.org/auth".')
  if (typeof deliver !== 'function')
    throw new ConfigurationError('accountLinks({ deliver }) is a function that sends a link.')
  if (signUp !== undefined && typeof signUp?.accept !== 'function')
    throw new ConfigurationError('accountLinks({ signUp: { accept } }) is a function that accepts a mail address.')
  const resetMs = toMilliseconds(options.resetLifetime ?? '1h', 'resetLifetime of accountLinks()')
  const inviteMs = toMilliseconds(options.inviteLifetime ?? '7d', 'inviteLifetime of accountLinks()')
  const linksFor = perAuth((services) => createLinks(services, { url, resetMs, inviteMs }))

  return {
    name: 'links',
    links: linksFor,
    endpoints(services) {
      const links = linksFor(services)
      return [
        ...linkEndpoints({ services, links, deliver, mailOf, usernameOf, elsewhere }),
        ...mailEndpoints({ services, links, deliver, ...(signUp && { signUp }) }),
      ]
    },
    accountSection: (services) =>
      accountLink(services, {
        order: 10,
        heading: { en: 'Password', de: 'Passwort' },
        label: { en: 'Change your password', de: 'Passwort ändern' },
        path: '/password',
      }),
    async accountChanged({ kind, userId }, services) {
      if (kind === 'password' || kind === 'disabled' || kind === 'deleted') await linksFor(services).removeAll(userId)
    },
    async ready(services) {
      managedSource(services)
    },
  }
}

function mailProperty({ properties }: ManagedUser): string | undefined {
  const { mail } = properties
  return typeof mail === 'string' && mail.includes('@') ? mail : undefined
}

/**
 * Returns the links of an Auth.
 *
 * ```ts
 * import type { Auth } from 'ostiary'
 * import { linksOf } from 'ostiary/links'
 *
 * export const invite = async (auth: Auth, username: string) => (await linksOf(auth).invite(username)).link
 * ```
 *
 * @throws {ConfigurationError} when the Auth has no links.
 */
export function linksOf(auth: Auth): AccountLinks {
  const found = auth.extensions.find((each): each is LinksExtension => each.name === 'links')
  if (!found) throw new ConfigurationError('This Auth has no links: createAuth({ extensions: [accountLinks({ … })] }).')
  return found.links(auth.services)
}
