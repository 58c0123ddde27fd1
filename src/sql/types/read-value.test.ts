import { expect, test } from 'vitest'
import { readName, readProperty } from './read-value.ts'

test('the zero bytes at the end of a value fill up its column, and those within do not', () => {
  expect(readName(Buffer.from('anna\0\0'))).toBe('anna')
  expect(readName(Buffer.from('a\0b\0'))).toBe('a\0b')
})

test('a value full of zero bytes costs no time', () => {
  const type = {
    kind: 'bytes',
    name: 'blob',
    select: (column: never) => column,
    selectForRow: (column: never) => column,
  }
  const start = performance.now()
  expect(readProperty(type as never, Buffer.from(`${'\0'.repeat(65_535)}x`))).toHaveLength(65_536)
  expect(performance.now() - start).toBeLessThan(500)
})
