import { describe, expect, test } from 'vitest'
import { createPages } from './pages.ts'

const LOGIN = { action: '/login', persistentOffered: true }

describe('a picture of the pages', () => {
  test.each([
    ['/logo.svg', "img-src 'self' data:"],
    ['https://cdn.example.org/a,b;c/logo.svg', 'img-src https://cdn.example.org data:'],
    ['data:image/png;base64,iVBORw0KGgo=', 'img-src data:'],
  ])('from %j is all that the policy adds', (logo, directive) => {
    const { headers, html } = createPages({ logo }).login(LOGIN, 'en')
    expect(headers['content-security-policy']?.split('; ')).toContain(directive)
    expect(html).toContain(`<img class="logo" src="${logo}" alt="">`)
  })

  test.each([
    'http://example.org/logo.svg',
    'https://a;b.example/logo.svg',
    'https://a,b.example/logo.svg',
    'javascript:alert(1)',
    'data:text/html,x',
    'data:image/png',
    '//evil.example/logo.svg',
    'logo.svg',
    '/a b.svg',
    '',
    7,
  ])('does not come from %j', (address) => {
    const pictures = [{ logo: address }, { logo: { src: address } }, { logo: { src: '/x', dark: address } }]
    for (const options of [...pictures, { icon: address }])
      expect(() => createPages(options as never)).toThrow(/(?:logo\.src|logo\.dark|icon) is a path such as/)
  })

  test('without an address is refused', () => {
    expect(() => createPages({ logo: {} as never })).toThrow(/logo\.src is a path/)
  })

  test('which says the name of the application stands in place of the title', () => {
    const { html } = createPages({ title: 'Harbour', logo: { src: '/l.svg', dark: '/d.svg', alt: 'Harbour' } }).login(
      LOGIN,
      'en',
    )
    expect(html).toContain('<source srcset="/d.svg" media="(prefers-color-scheme: dark)">')
    expect(html).toContain('<img class="logo" src="/l.svg" alt="Harbour">')
    expect(html).not.toContain('class="title"')
    expect(html).toContain('<title>Sign in · Harbour</title>')
  })

  test('in the tab of the browser is ours, or that of the application', () => {
    expect(createPages().login(LOGIN, 'en').html).toContain('<link rel="icon" href="data:image/svg+xml,%3Csvg')
    expect(createPages({ icon: '/favicon.ico' }).login(LOGIN, 'en').html).toContain(
      '<link rel="icon" href="/favicon.ico">',
    )
  })
})
