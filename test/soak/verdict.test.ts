import { expect, test } from 'vitest'
import { judge } from './verdict.ts'

const megabytes = (...values: number[]) => values.map((value) => ({ heap: value * 1e6, external: 0, rss: 0 }))

test.each([
  ['stays', megabytes(200, 200, 200, 200, 200, 200)],
  ['goes up and down', megabytes(200, 220, 210, 202, 225, 201)],
  ['shrinks', megabytes(220, 220, 215, 210, 205, 200)],
])('memory that %s is flat', (_, measured) => {
  expect(judge(measured).flat).toBe(true)
})

test.each([
  ['grows a little each time', megabytes(200, 203, 206, 209, 212, 215)],
  ['goes up and down while it grows', megabytes(200, 220, 210, 207, 227, 217)],
  ['was measured too seldom', megabytes(200, 200, 200, 200, 200)],
])('memory that %s is not', (_, measured) => {
  expect(judge(measured).flat).toBe(false)
})

test('buffers count', () => {
  expect(judge([0, 3, 6, 9, 12, 15].map((more) => ({ heap: 2e8, external: more * 1e6, rss: 0 }))).flat).toBe(false)
})
