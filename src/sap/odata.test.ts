import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillPath, odataString, unwrap } from './odata.ts'

describe('a name in a URL', () => {
  test.each([
    ['clara', "'clara'"],
    ["O'Neil", "'O%27%27Neil'"],
    ["'", "'%27%27'"],
    ["') or ('1' eq '1", "'%27%27%29%20or%20%28%27%271%27%27%20eq%20%27%271'"],
    ['a/b?c#d&e=f+g%20', "'a%2Fb%3Fc%23d%26e%3Df%2Bg%2520'"],
    ['jörg', "'j%C3%B6rg'"],
    ['😀', "'%F0%9F%98%80'"],
  ])('%s → %s', (name, literal) => {
    expect(odataString(name)).toBe(literal)
  })

  test('says the same again when it is read, and holds nothing that ends it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const literal = odataString(name)
        expect(literal).toMatch(/^'[\w.~%-]*'$/)
        expect(decodeURIComponent(literal).slice(1, -1).replaceAll("''", "'")).toBe(name)
      }),
    )
  })

  test('is quoted between quotes, and a piece of its own elsewhere', () => {
    expect(fillPath("/U('{user}')?$filter=n eq '{user}'&x={user}", "d'or")).toBe(
      "/U('d%27%27or')?$filter=n eq 'd%27%27or'&x=d%27or",
    )
    expect(fillPath("/U('{USER}')", "d'or")).toBe("/U('D%27%27OR')")
    expect(fillPath('/me', 'anna')).toBe('/me')
  })

  test('is put in as it is, even if it looks like a pattern or a placeholder', () => {
    expect(fillPath("/U('{user}')", '$&{user}$1')).toBe("/U('%24%26%7Buser%7D%241')")
  })

  test('is no step up or down the path', () => {
    for (const step of ['.', '..']) expect(fillPath('/users/{user}', step)).toBeNull()
    expect(fillPath("/Users('{user}')", '..')).toBe("/Users('..')")
  })

  test('has no capitals when they are other letters', () => {
    for (const name of ['straße', 'clarıssa', 'ﬁn']) expect(fillPath("/U('{USER}')", name)).toBeNull()
  })
})

describe('what OData wraps around an answer', () => {
  const anna = { name: 'anna' }

  test.each<[string, unknown]>([
    ['an entity of version 2', { d: anna }],
    ['a list of version 2', { d: { results: [anna] } }],
    ['a list of version 1', { d: [anna] }],
    ['a list of version 4', { '@odata.context': '$metadata#Users', value: [anna] }],
    ['a list of version 4 with its count', { '@odata.context': '', '@odata.count': 1, value: [anna] }],
    ['any JSON', anna],
    ['any list', [anna]],
  ])('%s', (_, json) => {
    expect(unwrap(json)).toEqual(anna)
  })

  test('is not taken off what only looks like it', () => {
    for (const json of [{ d: anna, e: 1 }, { d: 'anna' }, { value: ['a'], name: 'anna' }, { value: 'anna' }, 7, null])
      expect(unwrap(json)).toEqual(json)
  })

  test('shows that there is nobody', () => {
    for (const json of [{ value: [] }, { d: { results: [] } }, []]) expect(unwrap(json)).toBeUndefined()
  })

  test('must not hold several, of whom one would be chosen by chance', () => {
    for (const json of [{ value: [anna, anna] }, { d: { results: [anna, anna] } }, [anna, anna]])
      expect(() => unwrap(json)).toThrow('the answer describes 2 users instead of one')
  })
})
