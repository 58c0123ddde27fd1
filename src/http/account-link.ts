import { template } from '../pages/template.ts'
import type { AccountSection, AuthServices } from './extension.ts'

/** A section of the account page that only leads to a page of an extension. */
export interface AccountLink {
  readonly order: number
  /** The heading by language. `en` stands in for the others. */
  readonly heading: Readonly<Record<string, string>>
  /** The text of the link by language. */
  readonly label: Readonly<Record<string, string>>
  /** The path of the page, below the prefix of the login routes. */
  readonly path: string
}

/**
 * Returns a section of the account page that leads to another page.
 *
 * ```ts
 * import { accountLink, type AuthServices } from 'ostiary/http'
 *
 * export const section = (services: AuthServices) =>
 *   accountLink(services, { order: 50, heading: { en: 'Notes' }, label: { en: 'Your notes' }, path: '/notes' })
 * ```
 */
export function accountLink({ paths }: Pick<AuthServices, 'paths'>, link: AccountLink): AccountSection {
  const { heading, label, order, path } = link
  const textIn = (texts: Readonly<Record<string, string>>, language: string) =>
    texts[language] ?? texts[language.split('-')[0] ?? ''] ?? texts.en ?? ''
  return {
    order,
    render: async (_context, _authentication, language) =>
      section({ heading: textIn(heading, language), label: textIn(label, language), url: paths.below(path) }),
  }
}

const section = template<{ readonly heading: string; readonly label: string; readonly url: string }>(
  `<h2><%= it.heading %></h2><p><a href="<%= it.url %>"><%= it.label %></a></p>`,
)
