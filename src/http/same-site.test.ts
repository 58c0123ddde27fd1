import { describe, expect, test } from 'vitest'
import { isSameSite } from './same-site.ts'

const HOST = 'us.example'
const judge = (headers: Record<string, string | string[]>, host = HOST) => isSameSite({ headers, host })

test('a request with neither header is no browser with cookies to steal', () => {
  expect(judge({})).toBe(true)
  expect(judge({ referer: 'https://evil.example/' })).toBe(true)
})

describe('Sec-Fetch-Site', () => {
  test.each(['same-origin', 'none'])('%s: allowed, whatever the origin', (site) => {
    expect(judge({ 'sec-fetch-site': site })).toBe(true)
    expect(judge({ 'sec-fetch-site': site, origin: 'null' })).toBe(true)
  })

  test.each(['cross-site', 'same-site', '', 'Same-Origin', 'same-origin, none', 'nonsense', ' none'])(
    '%j: refused, though the origin be ours',
    (site) => {
      expect(judge({ 'sec-fetch-site': site })).toBe(false)
      expect(judge({ 'sec-fetch-site': site, origin: `https://${HOST}` })).toBe(false)
    },
  )

  test('sent twice: refused', () => {
    expect(judge({ 'sec-fetch-site': ['same-origin', 'same-origin'] })).toBe(false)
  })
})

describe('Origin, of browsers that send no Sec-Fetch-Site', () => {
  test.each([
    ['https://us.example', 'us.example'],
    ['http://us.example', 'us.example'],
    ['https://us.example:443', 'us.example'],
    ['https://us.example:8443', 'us.example:8443'],
    ['http://localhost:8000', 'localhost:8000'],
    ['http://127.0.0.1:8000', '127.0.0.1:8000'],
    ['http://[::1]:8000', '[::1]:8000'],
    ['https://us.example', 'US.example'],
    ['https://US.EXAMPLE', 'us.example'],
    // As with nginx, where `proxy_set_header Host $host:$server_port` stands.
    ['https://us.example', 'us.example:443'],
    ['http://us.example', 'us.example:80'],
    ['https://[2001:db8::1]', '[2001:db8::1]:443'],
    ['https://us.example:443', 'us.example:443'],
  ])('%s is the page of %s', (origin, host) => {
    expect(judge({ origin }, host)).toBe(true)
  })

  test.each([
    ['null', 'us.example'],
    ['null', 'null'],
    ['', 'us.example'],
    ['', ''],
    ['us.example', 'us.example'],
    ['//us.example', 'us.example'],
    ['https://evil.example', 'us.example'],
    ['https://us.example.evil.example', 'us.example'],
    ['https://evil-us.example', 'us.example'],
    ['https://sub.us.example', 'us.example'],
    ['https://us.example:8443', 'us.example'],
    ['https://us.example', 'us.example:8443'],
    ['https://us.example', 'us.example:80'],
    ['http://us.example', 'us.example:443'],
    ['https://us.example:8443', 'us.example:443'],
    ['https://us.example', 'us.example:443:443'],
    ['http://localhost:8001', 'localhost:8000'],
    ['https://us.example@evil.example', 'us.example'],
    ['https://evil.example#us.example', 'us.example'],
    ['https://evil.example/us.example', 'us.example'],
    ['file:///us.example', 'us.example'],
    ['file://', ''],
    ['data:text/html,x', ''],
    ['blob:https://us.example/1', 'us.example'],
    ['chrome-extension://us.example', 'us.example'],
    ['javascript://us.example', 'us.example'],
  ])('%j is no page of %j', (origin, host) => {
    expect(judge({ origin }, host)).toBe(false)
  })

  test('sent twice: refused', () => {
    expect(judge({ origin: [`https://${HOST}`, `https://${HOST}`] })).toBe(false)
  })
})

describe('with trusted origins', () => {
  const trusted = new Set(['http://localhost:5173'])
  const judgeWith = (headers: Record<string, string | string[]>) => isSameSite({ headers, host: HOST }, trusted)

  test('their pages are let through, whatever site they are of', () => {
    const origin = 'http://localhost:5173'
    expect(judgeWith({ origin })).toBe(true)
    for (const site of ['same-site', 'cross-site', 'same-origin'])
      expect(judgeWith({ origin, 'sec-fetch-site': site })).toBe(true)
  })

  test.each<Record<string, string | string[]>>([
    { origin: 'http://localhost:5174', 'sec-fetch-site': 'same-site' },
    { origin: 'https://localhost:5173' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { origin: '' },
    { 'sec-fetch-site': 'same-site' },
    { origin: ['http://localhost:5173', 'http://localhost:5173'], 'sec-fetch-site': 'cross-site' },
    { origin: 'http://localhost:5173, http://localhost:5173', 'sec-fetch-site': 'cross-site' },
    { origin: 'http://LOCALHOST:5173', 'sec-fetch-site': 'cross-site' },
    { referer: 'http://localhost:5173/', 'sec-fetch-site': 'cross-site' },
  ])('nobody else is: %j', (headers) => {
    expect(judgeWith(headers)).toBe(false)
  })

  test('our own pages are let through as ever', () => {
    expect(judgeWith({ 'sec-fetch-site': 'same-origin', origin: `https://${HOST}` })).toBe(true)
    expect(judgeWith({ origin: `https://${HOST}` })).toBe(true)
    expect(judgeWith({})).toBe(true)
  })
})
