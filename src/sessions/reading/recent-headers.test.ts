import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { createSessionCookie } from '../../sealing/sealed-cookie.ts'
import { type FromHeader, RecentHeaders } from './recent-headers.ts'

const cookies = createSessionCookie({}, false)
const strict = cookies.for({ https: true, host: 'localhost' })
const development = cookies.for({ https: false, host: 'localhost' })

interface Item extends FromHeader {
  readonly name: string
}

let headers: RecentHeaders<Item>
beforeEach(() => {
  headers = new RecentHeaders()
})

const item = (name: string): Item => ({ name, header: null, cookie: null })
/** Another text of the same letters, as the next request brings it. */
const again = (header: string) => Buffer.from(header, 'latin1').toString('latin1')
const find = (header: string) => headers.find(again(header), strict)?.name
function come(header: string, value: Item): void {
  if (find(header) === undefined) headers.offer(again(header), strict, value)
}
const sealed = (seed: string) => `__Host-ostiary=${seed.repeat(40)}`

describe('a header', () => {
  test('is found when it has come twice', () => {
    const anna = item('anna')
    come(sealed('anna'), anna)
    expect(find(sealed('anna'))).toBeUndefined()
    come(sealed('anna'), anna)
    expect(find(sealed('anna'))).toBe('anna')
    expect(anna).toMatchObject({ header: sealed('anna'), cookie: strict })
  })

  test('is not found when anything in it is another', () => {
    const header = `theme=dark; ${sealed('anna')}; last=1`
    for (let time = 0; time < 2; time += 1) come(header, item('anna'))
    for (let at = 0; at < header.length; at += 1) {
      const changed = `${header.slice(0, at)}~${header.slice(at + 1)}`
      expect(find(changed), changed).toBeUndefined()
    }
    for (const other of [header.slice(1), header.slice(0, -1), `${header} `, ` ${header}`, '', header.toUpperCase()])
      expect(find(other), other).toBeUndefined()
    expect(find(header)).toBe('anna')
  })

  test('is not found for another cookie than the one that was looked for in it', () => {
    for (let time = 0; time < 2; time += 1) come(sealed('anna'), item('anna'))
    expect(headers.find(sealed('anna'), development)).toBeUndefined()
  })

  test('of more than 2,048 characters is not kept', () => {
    const [longest, longer] = [2048, 2049].map((length) => sealed('anna').padEnd(length, '; more=1'))
    for (const header of [longest, longer])
      for (let time = 0; time < 3; time += 1) come(header ?? '', item(`${header?.length}`))
    expect(find(longest ?? '')).toBe('2048')
    expect(find(longer ?? '')).toBeUndefined()
  })

  test.each(['', 'a', 'ab', '€'.repeat(30)])('may be any text: %j', (header) => {
    const odd = item('odd')
    for (let time = 0; time < 2; time += 1) if (!headers.find(header, strict)) headers.offer(header, strict, odd)
    expect(headers.find(header, strict)).toBe(odd)
  })
})

describe('what is found by a header', () => {
  test('is not, once it is forgotten, and holds on to no header', () => {
    const anna = item('anna')
    for (let time = 0; time < 2; time += 1) come(sealed('anna'), anna)
    headers.forget(anna)
    headers.forget(anna)
    expect(find(sealed('anna'))).toBeUndefined()
    expect(anna.header).toBeNull()
  })

  test('is found by the last of several that came twice, and by no other', () => {
    const anna = item('anna')
    for (const header of ['a=1', 'a=2']) {
      for (let time = 0; time < 2; time += 1) come(`${sealed('anna')}; ${header}`, anna)
    }
    expect(find(`${sealed('anna')}; a=1`)).toBeUndefined()
    expect(find(`${sealed('anna')}; a=2`)).toBe('anna')
  })

  test('has left the place of the header before, and stays when another comes there', () => {
    const twice = (header: string, value: Item) => {
      for (let time = 0; time < 2; time += 1) come(header, value)
    }
    const [before, now] = [`${sealed('anna')}; a=1`, `a=1; ${sealed('anna')}`]
    const earlier = item('earlier')
    twice(before, earlier)
    const others = Array.from({ length: 20_000 }, (_, index) => sealed(`${index * 7919}`))
    const samePlace = others.find((header) => {
      twice(header, item('other'))
      return earlier.header === null
    })
    headers = new RecentHeaders()
    const anna = item('anna')
    twice(before, anna)
    twice(now, anna)
    twice(samePlace ?? expect.fail('none came to its place'), item('other'))
    expect(find(now)).toBe('anna')
  })

  test('is found now and then when it comes in two headers by turns', () => {
    const anna = item('anna')
    const [one, other] = [`${sealed('anna')}; a=1`, `a=1; ${sealed('anna')}`]
    let found = 0
    for (let time = 0; time < 100; time += 1) {
      for (const header of [one, other]) {
        if (find(header)) found += 1
        come(header, anna)
      }
    }
    expect(found).toBeGreaterThan(50)
  })

  test('stays when thousands come once', () => {
    const anna = item('anna')
    for (let time = 0; time < 2; time += 1) come(sealed('anna'), anna)
    for (let index = 0; index < 20_000; index += 1) come(sealed(`${index}-${index * 7919}`), item(`${index}`))
    expect(find(sealed('anna'))).toBe('anna')
  })
})

test('of however many that come twice, no more than 1,024 are kept, and nearly as many', () => {
  const items = Array.from({ length: 20_000 }, (_, index) => item(`${index}`))
  for (const each of items) for (let time = 0; time < 2; time += 1) come(sealed(`${each.name}-${index(each)}`), each)
  const kept = items.filter(({ header }) => header !== null)
  expect(kept.length).toBeLessThanOrEqual(1024)
  expect(kept.length).toBeGreaterThan(1000)
  for (const { name, header } of kept) expect(find(header ?? '')).toBe(name)

  function index({ name }: Item): number {
    return Number(name) * 7919
  }
})

test('whatever comes in whatever order, what is found is what came with that very header', () => {
  const header = fc.constantFrom('', 'x', sealed('a'), sealed('b'), `${sealed('a')}; b=1`, `${sealed('a')}; b=2`)
  const step = fc.record({ header, cookie: fc.constantFrom(strict, development), forget: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const recent = new RecentHeaders<Item>()
      const belongs = new Map<string, Item>()
      for (const { header: text, cookie, forget } of steps) {
        const key = `${cookie.name} ${text}`
        const own = belongs.get(key) ?? item(key)
        belongs.set(key, own)
        const found = recent.find(text, cookie)
        if (found) expect(found).toBe(own)
        else recent.offer(text, cookie, own)
        if (forget) recent.forget(own)
      }
    }),
  )
})
