import { expect, test } from 'vitest'
import { judge } from './verdict.ts'

const megabytes = (...values: number[]) => values.map((value) => ({ heap: value * 1e6, external: 0, rss: 0 }))

test.each([
  ['stays', megabytes(200, 200, 200, 200)],
  ['wavers', megabytes(200, 203, 198, 202, 199, 201)],
  ['shrinks', megabytes(220, 210, 205, 200)],
])('memory that %s is flat', (_, measured) => {
  expect(judge(measured).flat).toBe(true)
})

test.each([
  ['grows a little each time', megabytes(200, 203, 206, 209)],
  ['grows at the end', megabytes(200, 200, 200, 200, 200, 209)],
  ['was measured too seldom', megabytes(200, 200, 200)],
])('memory that %s is not', (_, measured) => {
  expect(judge(measured).flat).toBe(false)
})

test('buffers count', () => {
  expect(judge([0, 5, 10, 15].map((more) => ({ heap: 2e8, external: more * 1e6, rss: 0 }))).flat).toBe(false)
})
