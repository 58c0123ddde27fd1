import { describe, expect, test } from 'vitest'
import { wantsPage } from './accepts.ts'

const wants = (accept: string | undefined, otherwise: 'page' | 'json') => {
  const headers = accept === undefined ? {} : { accept }
  return wantsPage({ headers }, otherwise) ? 'page' : 'json'
}

test.each([
  'text/html',
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'text/html, application/json;q=0.9',
  'text/html, application/json',
  'text/*',
  'TEXT/HTML',
  'application/json;q=0.1, text/html;q=0.2',
])('a page, whatever is usual: %s', (accept) => {
  expect([wants(accept, 'page'), wants(accept, 'json')]).toEqual(['page', 'page'])
})

test.each([
  'application/json',
  'application/problem+json',
  'application/*',
  'application/json, text/html;q=0.9',
  'application/json, text/html',
  'application/json, text/html;q=0',
  'text/html;q=0, */*',
])('JSON, whatever is usual: %s', (accept) => {
  expect([wants(accept, 'page'), wants(accept, 'json')]).toEqual(['json', 'json'])
})

test.each([undefined, '*/*', '', 'image/png', 'nonsense', ';;,,'])(
  'what is usual, where the question leaves it open: %s',
  (accept) => {
    expect(wants(accept, 'json')).toBe('json')
    expect(wants(accept, 'page')).toBe('page')
  },
)

describe('an Accept header that is longer than any browser sends is not read', () => {
  const long = (part: string) => part.repeat(Math.ceil(15_800 / part.length))

  test.each(['text/html,', 'application/json,', 'a/b,', '*/*,', ',', 'text/html;q=0.5,', ' '])(
    '%s many times over: what is usual',
    (part) => {
      expect(wants(long(part), 'json')).toBe('json')
      expect(wants(long(part), 'page')).toBe('page')
    },
  )

  test('one of 1,000 characters is', () => {
    expect(wants('text/html'.padEnd(1000, ' '), 'json')).toBe('page')
    expect(wants('text/html'.padEnd(1001, ' '), 'json')).toBe('json')
  })
})
