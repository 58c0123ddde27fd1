import { describe, expect, test } from 'vitest'
import { testUser } from '../testing/test-user.ts'
import { ANONYMOUS } from '../users/user.ts'
import { personal, toResponse } from './web-response.ts'

const answer = { status: 200, headers: { 'content-type': 'text/plain', vary: 'Origin' }, cookies: [], body: 'text' }
const COOKIE = 'ostiary=new; Path=/'
const anonymous = { user: ANONYMOUS, setCookie: null }
const viewer = { user: testUser(), setCookie: null }
const renewed = { user: testUser(), setCookie: COOKIE }

describe('an answer as a Response', () => {
  test('has the status, the headers and the body', async () => {
    const response = toResponse(answer, 'GET')
    expect([response.status, await response.text()]).toEqual([200, 'text'])
    expect(Object.fromEntries(response.headers)).toEqual(answer.headers)
  })

  test('has each cookie in a header of its own', () => {
    const cookies = ['a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'b=2; Path=/']
    expect(toResponse({ ...answer, cookies }, 'GET').headers.getSetCookie()).toEqual(cookies)
  })

  test('has no body for HEAD, and where its status forbids one', () => {
    expect(toResponse(answer, 'HEAD').body).toBe(null)
    for (const status of [204, 205, 304]) expect(toResponse({ ...answer, status, body: '' }, 'GET').body).toBe(null)
    expect(toResponse({ ...answer, status: 303, body: null }, 'POST').body).toBe(null)
  })
})

describe('what belongs to the person who asked', () => {
  test('is nothing at a public route without a user: the response stays the same one', () => {
    const response = new Response('text')
    expect(personal(response, anonymous, false)).toBe(response)
  })

  test('is no-store where the answer is for one person', () => {
    for (const [who, isPrivate] of [
      [viewer, false],
      [viewer, true],
      [anonymous, true],
    ] as const)
      expect(personal(new Response('text'), who, isPrivate).headers.get('cache-control')).toBe('no-store')
  })

  test('leaves a cache-control of the handler, unless a cookie goes out', () => {
    const kept = () => new Response('text', { headers: { 'cache-control': 'max-age=60' } })
    expect(personal(kept(), viewer, true).headers.get('cache-control')).toBe('max-age=60')
    expect(personal(kept(), renewed, true).headers.get('cache-control')).toBe('no-store')
  })

  test('is added to the cookies of the handler, and gives way to one of the same name', () => {
    const others = new Response('text', { headers: { 'set-cookie': 'theme=dark' } })
    expect(personal(others, renewed, true).headers.getSetCookie()).toEqual(['theme=dark', COOKIE])
    const same = new Response('text', { headers: { 'set-cookie': 'ostiary=own' } })
    const response = personal(same, renewed, true)
    expect(response.headers.getSetCookie()).toEqual(['ostiary=own'])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('goes out with a copy: status, text and body are those of the handler', async () => {
    const given = new Response('text', { status: 201, statusText: 'Made' })
    const response = personal(given, renewed, true)
    expect([response.status, response.statusText, await response.text()]).toEqual([201, 'Made', 'text'])
    expect(given.headers.getSetCookie()).toEqual([])
  })

  test('is added to a redirect, whose headers cannot be changed', () => {
    const response = personal(Response.redirect('http://h/next', 303), renewed, true)
    expect([response.headers.get('location'), response.headers.getSetCookie()]).toEqual(['http://h/next', [COOKIE]])
  })

  test('is left out where a response cannot be copied', () => {
    const response = Response.error()
    expect(personal(response, renewed, true)).toBe(response)
  })
})
