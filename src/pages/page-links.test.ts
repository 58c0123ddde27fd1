import { describe, expect, test } from 'vitest'
import { readLinks } from './page-links.ts'
import { createPages } from './pages.ts'

describe('a link of the pages', () => {
  test.each([
    '/help',
    '/help?topic=login#top',
    '/',
    'https://example.org/imprint',
    'http://intranet/help',
    'mailto:help@example.org',
    'tel:+49301234',
  ])('may lead to %j', (address) => {
    expect(readLinks({ help: address }, 'en')('en')).toEqual({ help: address })
  })

  test.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:x',
    'data:text/html,x',
    'file:///etc/passwd',
    'blob:https://example.org/1',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'help',
    '',
    'https://',
    '/he\u200blp',
    '/\ud800',
    7,
    null,
  ])('does not lead to %j', (address) => {
    for (const links of [{ imprint: address }, { imprint: { de: address } }])
      expect(() => createPages({ links: links as never })).toThrow(/links\.imprint.* is a path such as '\/help'/)
  })

  test('of an unknown name is refused', () => {
    expect(() => createPages({ links: { impressum: '/x' } as never })).toThrow(
      "links has help, imprint, privacy, forgotPassword, and no 'impressum'.",
    )
  })

  test('in a language that is none is refused', () => {
    for (const help of [['/help'], { 'no tag': '/help' }])
      expect(() => createPages({ links: { help } as never })).toThrow(/not a language tag/)
  })

  test('for a language also serves its variants, and the default language serves all others', () => {
    const linksFor = readLinks({ help: { de: '/hilfe', en: '/help' }, privacy: { fr: '/vie' } }, 'en')
    expect(linksFor('de-AT')).toEqual({ help: '/hilfe' })
    expect(linksFor('fr')).toEqual({ help: '/help', privacy: '/vie' })
  })
})
