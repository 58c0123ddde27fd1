import type { FastifyReply } from 'fastify'
import { describe, expect, test } from 'vitest'
import { sendCookie } from './sent-cookies.ts'

describe('sending a cookie', () => {
  /** As much of a reply as cookies need: headers that pile up as Fastify's do. */
  function reply(...before: string[]) {
    let cookies = before
    const fake = {
      request: { raw: {} },
      raw: {},
      getHeader: () => (cookies.length > 1 ? cookies : cookies[0]),
      removeHeader() {
        cookies = []
      },
      header(_name: string, value: string) {
        cookies = [...cookies, value]
      },
    }
    sendCookie(fake as unknown as FastifyReply, 'ostiary=new; Path=/')
    return cookies
  }

  test('replaces one of the same name, and leaves all others, those that begin alike included', () => {
    const others = ['theme=dark', 'ostiary2=x', 'xostiary=x', '__Host-ostiary=x']
    expect(reply('ostiary=old; Path=/')).toEqual(['ostiary=new; Path=/'])
    expect(reply(...others, 'ostiary=old', 'ostiary=older')).toEqual([...others, 'ostiary=new; Path=/'])
  })
})
