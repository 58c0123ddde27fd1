import { describe, expect, test } from 'vitest'
import { readText } from './read-text.ts'

const post = (body: RequestInit['body'] | null, headers: Record<string, string> = {}) =>
  new Request('http://h/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)

/** A body in parts, as it comes in chunked encoding. Tells how many parts were asked for. */
function inParts(...parts: (Uint8Array | Error)[]) {
  const left = [...parts]
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const part = left.shift()
        if (part === undefined) controller.close()
        else if (part instanceof Error) controller.error(part)
        else controller.enqueue(part)
      },
    },
    { highWaterMark: 0 },
  )
  return { body, read: () => parts.length - left.length }
}

const bytes = (text: string) => new TextEncoder().encode(text)

describe('the text of a body', () => {
  test.each(['', 'a', '0123456789', 'äöü', '\u{feff}a', '𝄞'])('is read whole: %j', async (text) => {
    expect(await readText(post(text), 10)).toBe(text)
  })

  test('is read whole when a character comes in two parts', async () => {
    const [one, two] = [bytes('ä').slice(0, 1), bytes('ä').slice(1)]
    expect(await readText(post(inParts(one, two).body), 10)).toBe('ä')
  })

  test.each([
    ['too long by one byte', post('01234567890')],
    ['too long in UTF-8', post('äöüäöü')],
    ['said to be too long', post('a', { 'content-length': '11' })],
    ['no UTF-8', post(new Uint8Array([0x61, 0xff]))],
    ['cut off in a character', post(bytes('ä').slice(0, 1))],
    ['compressed', post('a', { 'content-encoding': 'gzip' })],
    ['broken off', post(inParts(bytes('a'), new Error('reset')).body)],
    ['missing', post(null)],
    ['of a GET', new Request('http://h/')],
  ])('is undefined when the body is %s', async (_name, request) => {
    expect(await readText(request, 10)).toBeUndefined()
  })

  test('is undefined when somebody has read the body, or reads it', async () => {
    const read = post('a')
    await read.text()
    expect(await readText(read, 10)).toBeUndefined()
    const locked = post('a')
    locked.body?.getReader()
    expect(await readText(locked, 10)).toBeUndefined()
  })

  test('of a body without an end is read no further than its bound', async () => {
    const { body, read } = inParts(...Array.from({ length: 100 }, () => bytes('012345')))
    expect(await readText(post(body), 10)).toBeUndefined()
    expect(read()).toBe(2)
  })
})
