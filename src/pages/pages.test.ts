import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { LoginView } from './login-page.ts'
import { MESSAGES } from './messages.ts'
import { ICON } from './page-images.ts'
import { createPages, type Page } from './pages.ts'
import { SCRIPT } from './script.ts'
import { STYLESHEET } from './stylesheet.ts'

const LOGIN = { action: '/login', persistentOffered: true }
const LOGOUT = { action: '/logout', loginUrl: '/login' }

/** The hash that a browser computes of the style it finds in the page. */
function hashOfStyle({ html }: Page): string {
  const [, style] = /<style>(.*?)<\/style>/s.exec(html) as RegExpExecArray
  return `'sha256-${createHash('sha256')
    .update(style as string)
    .digest('base64')}'`
}

describe('createPages', () => {
  test('the policy allows exactly the style that is in the page, on every page', () => {
    const pages = createPages()
    const all = [pages.login(LOGIN, 'de'), pages.logout(LOGOUT, undefined), pages.notice({ notice: 'forbidden' }, 'en')]
    for (const page of all) expect(page.headers['content-security-policy']).toContain(hashOfStyle(page))
  })

  test('a stylesheet of the application replaces ours, and the policy follows it', () => {
    const page = createPages({ stylesheet: 'body > p { color: "&" }' }).login(LOGIN, undefined)
    expect(page.html).toContain('<style>body > p { color: "&" }</style>')
    expect(page.headers['content-security-policy']).toContain(hashOfStyle(page))
  })

  test('a stylesheet with Windows line ends is put as the browser will read and hash it', () => {
    const page = createPages({ stylesheet: 'p {\r\n  margin: 0\r}\r\n' }).login(LOGIN, undefined)
    expect(page.html).toContain('<style>p {\n  margin: 0\n}\n</style>')
  })

  test.each(['</style><script>alert(1)</script>', 'p{} </STYLE >'])('the stylesheet %j is refused', (stylesheet) => {
    expect(() => createPages({ stylesheet })).toThrow(/must not contain '<\/style'/)
  })

  test.each(['p { content: "\0" }', 'p { content: "\ud800" }'])(
    'the unreadable stylesheet %j is refused',
    (stylesheet) => {
      expect(() => createPages({ stylesheet })).toThrow(/well-formed text/)
    },
  )

  test('the language is that of the browser, and the answer says so to caches', () => {
    const page = createPages().login(LOGIN, 'de-CH, en;q=0.5')
    expect(page.language).toBe('de')
    expect(page.headers).toMatchObject({ 'content-language': 'de', vary: 'Accept-Language, Cookie' })
    expect(page.html).toContain('<html lang="de" dir="ltr">')
  })

  test('the notice, which another caller gets in another form, varies with what the caller accepts', () => {
    const { headers } = createPages().notice({ notice: 'unavailable' }, undefined)
    expect(headers.vary).toBe('Accept, Accept-Language, Cookie')
  })

  test('a text can be replaced and a language added, in its own direction', () => {
    const pages = createPages({
      messages: { de: { username: 'Personalnummer' }, AR: { username: 'اسم المستخدم' } },
    })
    expect(pages.login(LOGIN, 'de').html).toContain('<label for="username">Personalnummer</label>')
    const arabic = pages.login(LOGIN, 'ar-EG')
    expect(arabic.language).toBe('ar')
    expect(arabic.html).toContain('<html lang="ar" dir="rtl">')
    expect(arabic.html).toContain('<label for="username">اسم المستخدم</label>')
    expect(arabic.html).toContain('<label for="password">Password</label>')
    expect(MESSAGES.de.username).toBe('Benutzername')
  })

  test('two sets of pages do not share their texts', () => {
    createPages({ messages: { en: { username: 'Staff number' } } })
    expect(createPages().login(LOGIN, 'en').html).toContain('>User name<')
  })

  test('the default language serves browsers that ask for none there is', () => {
    const pages = createPages({ defaultLanguage: 'de' })
    expect(pages.login(LOGIN, undefined).language).toBe('de')
    expect(pages.login(LOGIN, 'fr').language).toBe('de')
    expect(pages.login(LOGIN, '*').language).toBe('de')
    expect(pages.login(LOGIN, 'en').language).toBe('en')
  })

  test('a language without texts, or that is no language, is refused at once', () => {
    expect(() => createPages({ defaultLanguage: 'fr' })).toThrow(
      "defaultLanguage is 'fr', but the pages have texts only in en, de.",
    )
    expect(() => createPages({ messages: { '"><script>': {} } })).toThrow(/not a language tag/)
  })

  test('a template of the application gets everything the built-in one has', () => {
    const seen: LoginView[] = []
    const login = (view: LoginView) => {
      seen.push(view)
      return 'mine'
    }
    const page = createPages({ title: 'Harbour', login }).login({ ...LOGIN, username: 'ada', notice: 'refused' }, 'de')
    expect(page.html).toBe('mine')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(seen).toEqual([
      {
        ...LOGIN,
        username: 'ada',
        notice: 'refused',
        title: 'Harbour',
        language: 'de',
        direction: 'ltr',
        messages: MESSAGES.de,
        logo: undefined,
        icon: ICON,
        links: {},
        stylesheet: STYLESHEET,
        script: SCRIPT,
      },
    ])
  })

  test('nothing in a page comes from elsewhere, and nothing runs but the script of the login page', () => {
    const pages = createPages({ title: 'Harbour' })
    const all = [
      pages.login(LOGIN, 'de'),
      pages.logout({ ...LOGOUT, name: 'ada' }, 'en'),
      pages.notice({ notice: 'forbidden' }, 'en'),
    ]
    for (const { html } of all) {
      const rest = html
        .replace(`<link rel="icon" href="${ICON.replaceAll("'", '&#39;')}">`, '')
        .replace(`<script>${SCRIPT}</script>`, '')
      expect(rest).not.toMatch(/<script|<link|<img|<iframe| on\w+=| style=|\/\/|url\(|@import/i)
    }
    expect(all.map(({ html }) => html.includes('<script'))).toEqual([true, false, false])
  })

  test('the policy allows exactly the script that is in the page, and none where there is none', () => {
    const pages = createPages()
    const login = pages.login(LOGIN, 'en')
    const script = /<script>(.*?)<\/script>/s.exec(login.html)?.[1] ?? ''
    const hash = createHash('sha256').update(script).digest('base64')
    expect(login.headers['content-security-policy']).toContain(`; script-src 'sha256-${hash}'`)
    const without = createPages({ script: false }).login(LOGIN, 'en')
    expect(without.html).not.toContain('<script')
    for (const page of [without, pages.logout(LOGOUT, 'en'), pages.notice({ notice: 'forbidden' }, 'en')])
      expect(page.headers['content-security-policy']).not.toContain('script-src')
  })

  test('the script stays one element wherever it is put', () => {
    expect(SCRIPT).not.toMatch(/<\/|<!--|innerHTML|eval|[\r\0]/)
  })

  test('links stand below every page, in its language', () => {
    const links = { help: 'https://help.example.org/', imprint: { en: '/imprint', de: '/impressum' } }
    const pages = createPages({ links, messages: { fr: {} } })
    const german = pages.logout(LOGOUT, 'de').html
    expect(german).toContain('<a href="https://help.example.org/">Hilfe</a>\n<a href="/impressum">Impressum</a>')
    expect(german).not.toContain('Datenschutz')
    expect(pages.notice({ notice: 'forbidden' }, 'fr').html).toContain('<a href="/imprint">')
    expect(createPages().login(LOGIN, 'en').html).not.toContain('<footer')
  })
})
