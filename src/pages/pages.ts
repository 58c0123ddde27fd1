import { canonicalLanguage } from './canonical-language.ts'
import { pageHeaders } from './content-security-policy.ts'
import { type PageView, renderDocument } from './layout.ts'
import { type LoginView, renderLoginPage } from './login-page.ts'
import { type LogoutView, renderLogoutPage } from './logout-page.ts'
import { chooseLanguage, completeMessages, type PageMessages } from './messages.ts'
import { type NoticeView, renderNoticePage } from './notice-page.ts'
import { type PageLogoOptions, readImages } from './page-images.ts'
import { type PageLinksOptions, readLinks } from './page-links.ts'
import { withPictures, withScript } from './page-policy.ts'
import { SCRIPT } from './script.ts'
import { STYLESHEET } from './stylesheet.ts'

/** Texts, looks and templates of the pages. Omitted options keep the built-in ones. */
export interface PagesOptions {
  /** The application's name, shown on every page. */
  readonly title?: string
  /** The application's logo, on every page: a path of this site, an `https:` URL, or a `data:image/…` URL. */
  readonly logo?: string | PageLogoOptions
  /** The icon in the browser's tab, with the same addresses as `logo`. Default: a keyhole. */
  readonly icon?: string
  /** Pages that Ostiary's pages link to: help, imprint, privacy, and the page that replaces a forgotten password. */
  readonly links?: PageLinksOptions
  /**
   * True when the login page has its small script, which shows the password, the progress and the waiting time. Default
   * true. With `false`, the content security policy blocks all scripts.
   */
  readonly script?: boolean
  /**
   * Texts to use instead of the built-in ones, by language. A new language tag adds a language. `de-AT` starts from the
   * built-in `de`; other new languages start from English.
   */
  readonly messages?: Readonly<Record<string, Partial<PageMessages>>>
  /** The language for browsers that ask only for other languages. Default `'en'`. */
  readonly defaultLanguage?: string
  /**
   * Replaces the built-in CSS. The content security policy follows it: the CSS can load only pictures, and only from
   * the sources of `logo` and `icon`.
   */
  readonly stylesheet?: string
  /**
   * Replaces the login page. The function returns the whole HTML document, and must escape everything that it inserts.
   *
   * The policy allows one `<style>` element, which holds exactly `view.stylesheet`. It allows one `<script>` element,
   * which holds exactly `view.script`.
   */
  readonly login?: (view: LoginView) => string
  /** Texts to use on the pages of extensions, by language and name. */
  readonly texts?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Replaces the logout page. The rules are those of `login`, and the policy blocks all scripts. */
  readonly logout?: (view: LogoutView) => string
  /** Replaces the page for refused and undecidable requests. The rules are those of `logout`. */
  readonly notice?: (view: NoticeView) => string
}

/** The input of an adapter for one page. Language, texts and looks are added by the pages. */
export type LoginPageInput = Omit<LoginView, keyof PageView>
export type LogoutPageInput = Omit<LogoutView, keyof PageView>
export type NoticePageInput = Omit<NoticeView, keyof PageView>

/** A rendered page. */
export interface Page {
  readonly html: string
  /**
   * Headers to send with the page, with names in lower case. The adapter must send all of them, and chooses the status.
   */
  readonly headers: Readonly<Record<string, string>>
  readonly language: string
}

/** Renders the pages. `acceptLanguage` is the request's `Accept-Language` header as received. */
export interface Pages {
  /** Renders the login page. */
  login(input: LoginPageInput, acceptLanguage: string | undefined): Page
  /** Renders the page that asks before it signs a user out. */
  logout(input: LogoutPageInput, acceptLanguage: string | undefined): Page
  /** Renders the page of a refused or undecidable request. */
  notice(input: NoticePageInput, acceptLanguage: string | undefined): Page
  /** Renders a page of an extension, in the same frame and language. */
  custom<Text extends string>(page: CustomPage<Text>, acceptLanguage: string | undefined): Page
  /** Returns the language of the pages for a browser. */
  languageFor(acceptLanguage: string | undefined): string
}

/** A page of an extension. */
export interface CustomPage<Text extends string> {
  /** The texts by language. `en` stands in for languages that are missing. `PagesOptions.texts` replaces single texts. */
  readonly texts: { readonly en: Readonly<Record<Text, string>> } & Readonly<
    Record<string, Partial<Readonly<Record<Text, string>>>>
  >
  /** The heading, as plain text. */
  readonly heading: (texts: Readonly<Record<Text, string>>) => string
  /** The content as HTML, with everything that it inserts escaped. Made with a `template`. */
  readonly content: (view: PageView & { readonly texts: Readonly<Record<Text, string>> }) => string
  /** The address of the one script of the page, from the own origin. Left out by default: scripts are blocked. */
  readonly scriptUrl?: string
}

/**
 * Makes the server-rendered pages of an application, in the browser's language.
 *
 * ```ts
 * const pages = createPages({ title: 'Harbour', messages: { en: { username: 'Staff number' } } })
 * const form = { action: '/login', persistentOffered: true }
 * const { html, headers } = pages.login(form, request.headers['accept-language'])
 * ```
 *
 * @param formOrigins Other origins that forms may lead to, each exact.
 * @throws {TypeError} when a language, a text, an address or the stylesheet is invalid. The message says which and why.
 */
export function createPages(options: PagesOptions = {}, formOrigins: Iterable<string> = []): Pages {
  const stylesheet = usableStylesheet(options.stylesheet ?? STYLESHEET)
  const headers = pageHeaders(stylesheet, formOrigins)
  const languages = readLanguages(options.messages ?? {})
  const available = [...languages.keys()]
  const fallback = canonicalLanguage(options.defaultLanguage ?? 'en')
  if (!languages.has(fallback)) {
    throw new TypeError(`defaultLanguage is '${fallback}', but the pages have texts only in ${available.join(', ')}.`)
  }
  const linksFor = readLinks(options.links ?? {}, fallback)
  const { logo, icon, sources } = readImages(options.logo, options.icon)
  const policy = withPictures(headers['content-security-policy'] ?? '', sources)
  const script = options.script === false ? undefined : SCRIPT
  const loginPolicy = script === undefined ? policy : withScript(policy, script)
  const looks = { title: options.title, logo, icon, stylesheet }

  function inLanguageOf<Input extends object>(
    render: (view: Input & PageView) => string,
    own: { readonly headers: Readonly<Record<string, string>>; readonly script?: string | undefined },
  ) {
    const all = { ...headers, 'content-security-policy': policy, ...own.headers }
    return (input: Input, acceptLanguage: string | undefined): Page => {
      const language = chooseLanguage(acceptLanguage, available, fallback)
      const messages = languages.get(language) as PageMessages
      const direction = directionOf(language)
      const links = linksFor(language)
      const view = { ...input, ...looks, script: own.script, language, direction, messages, links }
      return { html: render(view), headers: { ...all, 'content-language': language }, language }
    }
  }

  function custom<Text extends string>(page: CustomPage<Text>, acceptLanguage: string | undefined): Page {
    const { scriptUrl } = page
    const own = scriptUrl === undefined ? policy : `${policy}; script-src 'self'; connect-src 'self'`
    const render = (view: PageView) => {
      const base = view.language.split('-')[0] ?? ''
      const texts: Readonly<Record<Text, string>> = {
        ...page.texts.en,
        ...page.texts[base],
        ...page.texts[view.language],
        ...(options.texts?.[view.language] as Partial<Record<Text, string>>),
      }
      return renderDocument({ ...view, scriptUrl }, page.heading(texts), page.content({ ...view, texts }))
    }
    const headers = { vary: 'Accept-Language, Cookie', 'content-security-policy': own }
    return inLanguageOf<object>(render, { headers })({}, acceptLanguage)
  }

  return {
    custom,
    languageFor: (acceptLanguage) => chooseLanguage(acceptLanguage, available, fallback),
    login: inLanguageOf<LoginPageInput>(options.login ?? renderLoginPage, {
      headers: { vary: 'Accept-Language, Cookie', 'content-security-policy': loginPolicy },
      script,
    }),
    logout: inLanguageOf<LogoutPageInput>(options.logout ?? renderLogoutPage, {
      headers: { vary: 'Accept-Language, Cookie' },
    }),
    // The notice stands at any URL, where a caller without HTML support gets another answer.
    notice: inLanguageOf<NoticePageInput>(options.notice ?? renderNoticePage, {
      headers: { vary: 'Accept, Accept-Language, Cookie' },
    }),
  }
}

function readLanguages(own: Readonly<Record<string, Partial<PageMessages>>>): ReadonlyMap<string, PageMessages> {
  const languages = new Map([
    ['en', completeMessages('en', {})],
    ['de', completeMessages('de', {})],
  ])
  for (const [tag, messages] of Object.entries(own)) {
    const language = canonicalLanguage(tag)
    languages.set(language, completeMessages(language, messages))
  }
  return languages
}

/**
 * Returns the writing direction. `getTextInfo` is newer than the library types, and missing in some versions of Node:
 * the direction is then left to right.
 */
function directionOf(language: string): 'ltr' | 'rtl' {
  const locale: Intl.Locale & { getTextInfo?(): { direction?: string } } = new Intl.Locale(language)
  return locale.getTextInfo?.().direction === 'rtl' ? 'rtl' : 'ltr'
}

/**
 * Checks a stylesheet, and makes its line ends those of the HTML parser.
 *
 * Why: browsers hash a style element's text as the parser read it. A stylesheet saved on Windows would otherwise differ
 * from the hash in the policy.
 */
function usableStylesheet(stylesheet: string): string {
  if (/<\/style/i.test(stylesheet)) {
    throw new TypeError("The stylesheet must not contain '</style': it would end the page's style element.")
  }
  if (stylesheet.includes('\0') || !stylesheet.isWellFormed()) {
    throw new TypeError('The stylesheet must be well-formed text without NUL characters.')
  }
  return stylesheet.replace(/\r\n?/g, '\n')
}
