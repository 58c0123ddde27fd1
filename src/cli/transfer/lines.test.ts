import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inChunks } from '../../../test/moving-in/in-chunks.ts'
import { readLines } from './lines.ts'

const linesOf = async (chunks: AsyncIterable<Buffer>) =>
  (await Array.fromAsync(readLines(chunks))).map((line) => ('text' in line ? line.text : line.reason))

test.each([
  ['line feeds', 'a\nb\n\nc', ['a', 'b', '', 'c']],
  ['both signs', 'a\r\nb\r\n', ['a\r', 'b\r']],
  ['carriage returns', 'a\rb\r\rc\r', ['a', 'b', '', 'c']],
  ['carriage returns, and one line feed behind one', 'a\rb\r\nc\r', ['a', 'b', 'c']],
  ['line feeds, and a carriage return inside', 'a\nb\rc\n', ['a', 'b\rc']],
  ['a carriage return alone', 'a\r', ['a']],
  ['nothing', 'a', ['a']],
])('lines that end in %s are read, however the file is cut', async (_, text, expected) => {
  for (const size of [1, 2, 3, 100]) expect(await linesOf(inChunks(text, size))).toEqual(expected)
})

test('every line is read as it is, whatever is in it and however the file is cut', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'ü', '🦊', '"', ',', '\t', ' ') })
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 1, max: 9 }),
      async (lines, end, size) => {
        const read = await linesOf(inChunks(lines.map((text) => text + end).join(''), size))
        expect(read.map((text) => text.replace(/\r$/, ''))).toEqual(lines)
      },
    ),
  )
})

test('a line that is too long is passed over, and the next one is read', async () => {
  for (const end of ['\n', '\r']) {
    const text = `a${end}${'x'.repeat(1_048_577)}${end}b${end}${'y'.repeat(3_000_000)}`
    expect(await linesOf(inChunks(text, 70_000))).toEqual(['a', 'the line is too long', 'b', 'the line is too long'])
  }
  expect(await linesOf(inChunks('z'.repeat(2_000_000), 70_000))).toEqual(['the line is too long'])
})

test('the source is closed when nobody reads on', async () => {
  let isClosed = false
  async function* source() {
    try {
      for (;;) yield Buffer.from('a\n')
    } finally {
      isClosed = true
    }
  }
  for await (const _ of readLines(source())) break
  expect(isClosed).toBe(true)
})
