import { describe, expect, test } from 'vitest'
import { type Connection, contextOf } from './web-request.ts'

const URLS: readonly (readonly [string, string, string, string, boolean])[] = [
  ['http://localhost/', '/', '', 'localhost', false],
  ['http://localhost:3000', '/', '', 'localhost:3000', false],
  ['https://app.example.org/a/b?x=1&y=?2', '/a/b', 'x=1&y=?2', 'app.example.org', true],
  ['https://app.example.org:443/a', '/a', '', 'app.example.org', true],
  ['https://app.example.org:8443/a?', '/a', '', 'app.example.org:8443', true],
  ['http://[::1]:8000/a', '/a', '', '[::1]:8000', false],
  ['http://h/a%2Fb/%61?q=%20', '/a%2Fb/%61', 'q=%20', 'h', false],
  ['http://h//a///b/', '//a///b/', '', 'h', false],
  ['http://h/a#f?x', '/a', '', 'h', false],
  ['http://h/?a#f', '/', 'a', 'h', false],
  ['http://h?a/b', '/', 'a/b', 'h', false],
  ['http://H/A/../B', '/B', '', 'h', false],
  ['http://h/a;x=1', '/a;x=1', '', 'h', false],
]

describe('the context of a request', () => {
  test.each(URLS)('is read from %s', (url, path, query, host, https) => {
    const { headers: _, ...context } = contextOf(new Request(url))
    expect(context).toEqual({ method: 'GET', path, query, host, https, clientAddress: '', requestId: undefined })
  })

  test('has the headers in small letters, cookies in one', () => {
    const headers = new Headers({ 'X-One': '1', Cookie: 'a=1' })
    headers.append('cookie', 'b=2')
    headers.append('x-one', '2')
    const context = contextOf(new Request('http://h/', { method: 'PUT', headers }))
    expect(context.method).toBe('PUT')
    expect(context.headers).toEqual({ 'x-one': '1, 2', cookie: 'a=1; b=2' })
    expect(context.headers).toBe(context.headers)
  })

  test('takes what the server knows before what the URL says', () => {
    const connection: Connection = { https: true, host: 'us.example', clientAddress: '192.0.2.1', requestId: '7' }
    expect(contextOf(new Request('http://localhost:3000/'), connection)).toMatchObject(connection)
    expect(contextOf(new Request('https://h/'), { https: false }).https).toBe(false)
  })

  test('cuts an address that a proxy passes on as clients write it', () => {
    expect(contextOf(new Request('http://h/'), { clientAddress: 'x'.repeat(5000) }).clientAddress).toHaveLength(100)
  })

  test('does not take forwarded headers by itself', () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '192.0.2.1' }
    const { https, host, clientAddress } = contextOf(new Request('http://h/', { headers }))
    expect({ https, host, clientAddress }).toEqual({ https: false, host: 'h', clientAddress: '' })
  })
})
