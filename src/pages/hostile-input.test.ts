import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPages } from './pages.ts'

const HOSTILE = [
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '</title></style><script>alert(1)</script>',
  '</style',
  '" autofocus onfocus="alert(1)',
  '<!--',
  ']]><svg onload=alert(1)>',
  '&quot;&#34;&amp',
  "<%= it.stylesheet %> <%~ '' %>",
  "`\\'`",
  '\u0000\u2028\u202e\ud800',
  'Ünïcødé 龍 🗝️',
]
const PIECES = [...'<>"\'&/= \n`', '<%', '%>', '!--', 'script', 'style', 'a']
const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 12 }).map((some) => some.join('')),
)

describe('whatever a visitor sends or an application is called, a page keeps its structure', () => {
  const TEXTS = [
    'loginHeading',
    'refused',
    'username',
    'persistent',
    'signedInAs',
    'forbiddenText',
    'showPassword',
    'signingIn',
    'throttled',
    'tryAgainThen',
    'help',
  ]

  function everyPage(text: string): string[] {
    const texts = { en: Object.fromEntries(TEXTS.map((name) => [name, text])) }
    const pages = createPages({ title: text, messages: texts, links: { help: '/help' } })
    const login = { action: text, username: text, next: text, notice: 'refused', persistentOffered: true } as const
    return [
      pages.login(login, text),
      pages.login({ ...login, notice: 'throttled', retryAfterSeconds: 60 }, text),
      pages.logout({ action: text, loginUrl: text, name: text, homeUrl: text }, text),
      pages.logout({ action: text, loginUrl: text }, text),
      pages.notice({ notice: 'forbidden', name: text, loginUrl: text, homeUrl: text }, text),
    ].map((page) => page.html)
  }

  const expected = everyPage('x').map(structure)

  test('such a structure shows what got out of its place', () => {
    expect(expected[0]).toContain('input[type name value]')
    expect(expected[0]).toContain('/form[]')
    expect(structure('<p title="x"><b>y</b></p>')).toEqual(['p[title]', 'b[]', '/b[]', '/p[]'])
    expect(structure('<p title="&quot;&gt;">')).toEqual(['p[title]'])
    expect(structure('<p title="" onclick="x">')).toEqual(['p[title onclick]'])
    expect(structure('<p title=""><script>')).toEqual(['p[title]', 'script[]'])
    expect(structure('<title><!--</title>')).toEqual(['title[]', '<!--</title>'])
  })

  test.each(HOSTILE)('%j', (text) => {
    expect(everyPage(text).map(structure)).toEqual(expected)
  })

  test('any text at all', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(everyPage(text).map(structure)).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })
})

test('a hostile name and way back come out of the form as they went in', () => {
  const pages = createPages()
  fc.assert(
    fc.property(hostile, hostile, (username, next) => {
      const { html } = pages.login({ action: '/login', username, next, persistentOffered: false }, 'en')
      expect(fieldValue(html, 'username')).toBe(username)
      expect(fieldValue(html, 'next')).toBe(next)
    }),
  )
})

/**
 * The tags of a page in order, each with the names of its attributes. Reads only what these pages are written in,
 * attributes in double quotes and no comments; a `<` that begins anything else is listed with what follows it.
 */
function structure(html: string): string[] {
  const TAG = /<(\/?[a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"]*")?)*)\/?>|<!doctype html>|<.{0,20}/gis
  return [...html.matchAll(TAG)].map(([whole, name, attributes]) => {
    if (name === undefined) return whole
    const names = [...(attributes ?? '').matchAll(/ ([a-z-]+)(?:="[^"]*")?/gi)].map((match) => match[1])
    return `${name}[${names.join(' ')}]`
  })
}

function fieldValue(html: string, name: string): string | undefined {
  const value = new RegExp(`<input[^>]* name="${name}"[^>]*? value="([^"]*)"`).exec(html)?.[1]
  const characters: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  return value?.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => characters[entity] as string)
}
