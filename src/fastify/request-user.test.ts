import type { FastifyReply } from 'fastify'
import { describe, expect, test } from 'vitest'
import { createDemand, sendCookie } from './request-user.ts'

describe('demand', () => {
  const expected = (demand: ReturnType<typeof createDemand>, requests: number) =>
    Array.from({ length: requests }, () => demand.expects()).filter(Boolean).length

  test('is expected of a new route, for a hundred requests', () => {
    expect(expected(createDemand(), 1000)).toBe(100)
  })

  test('is expected for ever once there was some', () => {
    const demand = createDemand()
    demand.asked()
    expect(expected(demand, 1000)).toBe(1000)
  })

  test('that comes late counts as well', () => {
    const demand = createDemand()
    expect(expected(demand, 1000)).toBe(100)
    demand.asked()
    expect(expected(demand, 1000)).toBe(1000)
  })
})

describe('sending a cookie', () => {
  /** As much of a reply as cookies need: headers that pile up as Fastify's do. */
  function reply(...before: string[]) {
    let cookies = before
    const fake = {
      raw: {},
      request: { raw: {} },
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
