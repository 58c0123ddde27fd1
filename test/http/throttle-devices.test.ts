import { describe, expect, test } from 'vitest'
import {
  address,
  from,
  inTurn,
  openThrottledApplication,
  type ThrottledAnswer,
  TRUSTED,
  tally,
} from './throttled-application.ts'

describe('a stranger who hammers at a name', () => {
  test('does not keep out the browser that has signed in there before', async () => {
    const application = await openThrottledApplication({ fastify: TRUSTED })
    const { device } = await application.knock('anna', 'right', from('192.0.2.1'))
    await inTurn(100, (index) => application.knock('anna', 'wrong', from(address(index))))
    await inTurn(60, (index) => application.knock(`person-${index}`, 'wrong', from('192.0.2.1')))
    expect((await application.knock('anna', 'right', from('192.0.2.1'))).status).toBe(429)
    application.waits.length = 0
    const again = await application.knock('anna', 'right', { cookie: device, ...from('192.0.2.1') })
    expect([again.status, application.waits]).toEqual([200, []])
    // Nor has that let the stranger go on.
    expect((await application.knock('anna', 'wrong', from('192.0.2.99'))).status).toBe(429)
  })

  test('keeps out a browser without that cookie, until the time that it was told', async () => {
    const application = await openThrottledApplication()
    const answers = await inTurn(11, () => application.knock('anna'))
    application.clock.advance((answers.at(-1) as ThrottledAnswer).retryAfter - 1)
    expect((await application.knock('anna', 'right')).status).toBe(429)
    application.clock.advance(1)
    expect((await application.knock('anna', 'right')).status).toBe(200)
  })
})

describe('a known device', () => {
  test('has a count of its own, which its success clears', async () => {
    const application = await openThrottledApplication()
    const { device } = await application.knock('anna', 'right')
    const attempt = (password: string) => application.knock('anna', password, { cookie: device })
    await inTurn(9, () => attempt('wrong'))
    expect((await attempt('right')).status).toBe(200)
    expect(tally(await inTurn(11, () => attempt('wrong')))).toEqual({ 401: 10, 429: 1 })
    expect(application.events.at(-1)).toMatchObject({ type: 'login.throttled', limit: 'device', username: 'anna' })
    expect((await application.knock('anna', 'right')).status).toBe(200)
  })

  test('is known for the accounts that have signed in with it, and for no other', async () => {
    const application = await openThrottledApplication()
    const { device } = await application.knock('bert', 'right')
    await inTurn(10, () => application.knock('anna'))
    expect((await application.knock('anna', 'right', { cookie: device })).status).toBe(429)
    application.clock.advance('15m')
    const { device: shared } = await application.knock('anna', 'right', { cookie: device })
    await inTurn(20, (index) => application.knock(index % 2 ? 'anna' : 'bert'))
    for (const name of ['anna', 'bert'])
      expect((await application.knock(name, 'right', { cookie: shared })).status).toBe(200)
  })

  test('is a stranger when too many devices of the account were wrong, as those that somebody has collected', async () => {
    const application = await openThrottledApplication()
    const collected = await inTurn(20, async () => (await application.knock('anna', 'right')).device)
    const guesses = await inTurn(200, (index) => application.knock('anna', 'wrong', { cookie: collected[index % 20] }))
    // Fifty as known devices, and ten as strangers.
    expect(tally(guesses)).toEqual({ 401: 60, 429: 140 })
    expect(application.events.at(-1)).toMatchObject({ limit: 'account-network', during: 'calm' })
    application.clock.advance('1d')
    expect((await application.knock('anna', 'right', { cookie: collected[0] })).status).toBe(200)
  })

  test('carries a sealed cookie that only this host can set, no script can read, and that names nobody', async () => {
    const application = await openThrottledApplication({ fastify: TRUSTED })
    const https = { headers: { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' } }
    const { headers } = await application.knock('anna', 'right', https)
    const [, device, ...more] = headers.getSetCookie()
    expect(more).toEqual([])
    expect(device).toMatch(
      /^__Host-ostiary-device=[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=7776000$/,
    )
    const payload = device?.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect(payload?.join()).not.toContain('anna')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('is a stranger without a cookie of ours that is still good', async () => {
    const secret = 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A'
    const application = await openThrottledApplication({ secret, throttle: { deviceLifetime: '30d' } })
    const other = await openThrottledApplication()
    const good = (await application.knock('anna', 'right')).device as string
    const [name = '', value = ''] = good.split('=')
    const session = (await application.knock('anna', 'right')).headers.getSetCookie()[0]?.split(/[=;]/)[1]
    const changed = `${value.slice(0, -3)}${value.at(-3) === 'A' ? 'B' : 'A'}${value.slice(-2)}`
    const strangers = {
      nothing: `${name}=`,
      'a text': `${name}=known`,
      'one that was changed': `${name}=${changed}`,
      'one of another application': (await other.knock('anna', 'right')).device as string,
      'a session in its place': `${name}=${session}`,
      'one among two': `${good}; ${good}`,
      'one that is too long': `${name}=${value}${'A'.repeat(5000)}`,
      'one of a key that there is not': `${name}=${[Buffer.from('{"alg":"dir","enc":"A256GCM","kid":"AAAAAAAA"}').toString('base64url'), ...value.split('.').slice(1)].join('.')}`,
    }
    await inTurn(10, () => application.knock('anna'))
    for (const [what, cookie] of Object.entries(strangers))
      expect((await application.knock('anna', 'right', { cookie })).status, what).toBe(429)
    expect((await application.knock('anna', 'right', { cookie: good })).status).toBe(200)
    application.clock.advance('30d')
    await inTurn(10, () => application.knock('anna'))
    expect((await application.knock('anna', 'right', { cookie: good })).status).toBe(429)
  })

  test('is no session', async () => {
    const application = await openThrottledApplication()
    const { device } = await application.knock('anna', 'right')
    const [name, value] = (device as string).split('=')
    const cookieHeader = `${device}; ${(name as string).replace('-device', '')}=${value}`
    const connection = { https: false, host: '127.0.0.1' }
    expect(
      application.auth.authenticateRequestAtOnce({ headers: { cookie: cookieHeader }, ...connection }).user.isAnonymous,
    ).toBe(true)
  })
})
