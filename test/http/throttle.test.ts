import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rejected, unavailable } from 'ostiary'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Answer, from, inTurn, openThrottledHouse, tally } from './throttled-house.ts'

const TRUSTED = { trustProxy: '127.0.0.1' }
const THROTTLED = '{"type":"about:blank","title":"Too many sign-in attempts","status":429}'
const address = (index: number) => `10.${index >> 8}.${index & 255}.1`

describe('guesses at one account', () => {
  test('that come all at once reach the source no more often than the limit says', async () => {
    const house = await openThrottledHouse({ fastify: TRUSTED })
    const guesses = Array.from({ length: 50 }, (_, index) =>
      house.knock('anna', `guess ${index}`, from(address(index))),
    )
    expect(tally(await Promise.all(guesses))).toEqual({ 401: 10, 429: 40 })
    expect(house.asked).toHaveLength(10)
  })

  test('from a thousand addresses meet the limit of the account', async () => {
    const house = await openThrottledHouse({ fastify: TRUSTED })
    const answers = await inTurn(1000, (index) => house.knock('anna', `guess ${index}`, from(address(index))))
    expect(tally(answers)).toEqual({ 401: 10, 429: 990 })
    expect(house.asked).toHaveLength(10)
    const throttled = house.events.filter(({ type }) => type === 'login.throttled')
    expect(throttled).toHaveLength(990)
    expect(throttled[0]).toMatchObject({
      limit: 'account',
      username: 'anna',
      retryAfterSeconds: 900,
      request: { method: 'POST', path: '/auth/login', clientAddress: address(10) },
    })
  })

  test('are one count, however the name is spelled, with a realm or without', async () => {
    const house = await openThrottledHouse({ rules: { realm: 'Corp' } })
    const spellings = [
      'anna',
      'ANNA',
      ' anna ',
      'ａｎｎａ',
      'ánna',
      'an\u00adna',
      'anna@corp',
      'CORP\\Anna',
      'a\u0308nna@CORP',
    ]
    const answers = await inTurn(18, (index) => house.knock(spellings[index % spellings.length] as string))
    expect(tally(answers)).toEqual({ 401: 10, 429: 8 })
    expect((await house.knock('anna@elsewhere')).status).toBe(401)
  })

  test('are delayed more and more before they are refused', async () => {
    const house = await openThrottledHouse()
    await inTurn(12, () => house.knock('anna'))
    expect(house.waits).toEqual([1, 2, 4, 8, 8, 8, 8].map((seconds) => seconds * 1000))
  })

  test('may be made again after a time that doubles each time it was used up, up to the longest', async () => {
    const house = await openThrottledHouse({ throttle: { account: { longestWindow: '1h' } } })
    const windows = await inTurn(4, async () => {
      expect(tally(await inTurn(10, () => house.knock('anna')))).toEqual({ 401: 10 })
      const { status, retryAfter } = await house.knock('anna')
      expect(status).toBe(429)
      house.clock.advance(retryAfter)
      return retryAfter
    })
    expect(windows).toEqual([900, 1800, 3600, 3600])
  })
})

describe('guesses at one account in the long run', () => {
  const DAY = 86_400
  /** So many at a time, each from another address, and then a quarter of an hour of nothing. */
  async function guessFor(house: Awaited<ReturnType<typeof openThrottledHouse>>, days: number, atATime: number) {
    const answers: Answer[] = []
    for (let window = 0; window < days * 96; window += 1) {
      answers.push(...(await inTurn(atATime, () => house.knock('anna', 'wrong', from(address(answers.length))))))
      house.clock.advance(900)
    }
    return answers
  }

  test.each([1, 3, 9, 10, 12])('are no more than about 130 a week, though %i come in each window', async (atATime) => {
    const house = await openThrottledHouse({ fastify: TRUSTED })
    await guessFor(house, 7, atATime)
    expect(house.asked.length).toBeGreaterThanOrEqual(100)
    expect(house.asked.length).toBeLessThanOrEqual(130)
    const refused = house.events.filter(({ type }) => type === 'login.throttled')
    expect(refused.at(-1)).toMatchObject({ limit: 'long-term' })
  })

  test('beyond the limit are three a day, each after the longest delay', async () => {
    const house = await openThrottledHouse({ fastify: TRUSTED })
    await guessFor(house, 1, 9)
    house.clock.advance(DAY)
    house.waits.length = 0
    expect((await inTurn(5, () => house.knock('anna'))).map(({ status }) => status)).toEqual([401, 401, 401, 429, 429])
    expect(house.waits).toEqual([8000, 8000, 8000])
    expect((await house.knock('anna')).retryAfter).toBe(DAY)
    house.clock.advance(6 * DAY)
    // That week is over.
    expect(tally(await inTurn(12, () => house.knock('anna')))).toEqual({ 401: 10, 429: 2 })
  })

  test('keep out neither a known device nor, three times a day, a new one; whose success changes nothing', async () => {
    const house = await openThrottledHouse({ fastify: TRUSTED })
    const { device } = await house.knock('anna', 'right')
    await guessFor(house, 1, 9)
    house.waits.length = 0
    expect((await house.knock('anna', 'right', { cookie: device })).status).toBe(200)
    expect(house.waits).toEqual([])
    house.clock.advance(DAY)
    const wrong = await inTurn(3, () => house.knock('anna', 'wrong', { cookie: device }))
    expect(tally(wrong)).toEqual({ 401: 3 })
    await inTurn(2, () => house.knock('anna'))
    const owner = await house.knock('anna', 'right')
    expect(owner.status).toBe(200)
    expect(tally(await inTurn(9, () => house.knock('anna')))).toEqual({ 401: 1, 429: 8 })
    expect((await house.knock('anna', 'right', { cookie: owner.device })).status).toBe(200)
  })

  test('have limits that can be set', async () => {
    const account = { longTerm: { attempts: 20, window: '2d' }, longestWindow: '6h', attempts: 2 } as const
    const house = await openThrottledHouse({ fastify: TRUSTED, throttle: { account } })
    await guessFor(house, 2, 1)
    // Twenty in the first five hours, and two in each six hours of what is left.
    expect(house.asked).toHaveLength(20 + 2 * 8)
  })
})

describe('guesses of one client', () => {
  test('at a thousand accounts meet the limit of the client, and nobody else is concerned', async () => {
    const house = await openThrottledHouse({ fastify: TRUSTED })
    const answers = await inTurn(1000, (index) => house.knock(`person-${index}`, 'Spring2030', from('192.0.2.7')))
    expect(tally(answers)).toEqual({ 401: 50, 429: 950 })
    expect(house.asked).toHaveLength(50)
    expect(house.events.at(-1)).toMatchObject({ type: 'login.throttled', limit: 'client' })
    expect((await house.knock('anna', 'right', from('192.0.2.8'))).status).toBe(200)
  })

  test.each([
    ['an IPv6 network', (index: number) => `2001:db8:0:7:${(index + 1).toString(16)}::1`],
    [
      'an IPv4 address, written as one of IPv6',
      (index: number) => ['192.0.2.7', '::ffff:192.0.2.7', '::FFFF:c000:207'][index % 3],
    ],
  ] as const)('are one count for %s', async (_, addressOf) => {
    const house = await openThrottledHouse({ fastify: TRUSTED, throttle: { client: { attempts: 5 } } })
    const answers = await inTurn(9, (index) =>
      house.knock(`person-${index}`, 'wrong', from(addressOf(index) as string)),
    )
    expect(tally(answers)).toEqual({ 401: 5, 429: 4 })
    expect((await house.knock('anna', 'right', from('2001:db8:0:8::1'))).status).toBe(200)
  })

  test('who writes another address into each request are those of one, where no proxy is trusted', async () => {
    const house = await openThrottledHouse()
    const answers = await inTurn(60, (index) => house.knock(`person-${index}`, 'wrong', from(address(index))))
    expect(tally(answers)).toEqual({ 401: 50, 429: 10 })
  })

  test('are not forgotten for signing in with an account of its own in between', async () => {
    const house = await openThrottledHouse({ throttle: { client: { attempts: 20 } } })
    const answers = await inTurn(40, (index) =>
      index % 2 ? house.knock('bert', 'right') : house.knock(`person-${index}`),
    )
    expect(tally(answers)[401]).toBe(20)
    expect((await house.knock('person-x')).status).toBe(429)
  })

  test('without an address are held by the limit of the account alone', async () => {
    const house = await openThrottledHouse({ fastify: TRUSTED, throttle: { client: { attempts: 3 } } })
    const answers = await inTurn(9, (index) => house.knock(`person-${index}`, 'wrong', from('unknown')))
    expect(tally(answers)).toEqual({ 401: 9 })
    expect(tally(await inTurn(11, () => house.knock('anna', 'wrong', from('unknown'))))).toEqual({ 401: 10, 429: 1 })
  })
})

test('over a Unix socket, where nobody has an address, it is the limit of the account that holds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-socket-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const socketPath = join(folder, 'socket')
  const house = await openThrottledHouse({ listen: { path: socketPath }, throttle: { client: { attempts: 3 } } })
  const knock = async (username: string): Promise<number | undefined> => {
    const headers = { 'content-type': 'application/json' }
    const asking = httpRequest({ socketPath, path: '/auth/login', method: 'POST', headers })
    asking.end(JSON.stringify({ username, password: 'wrong' }))
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    answer.resume()
    return answer.statusCode
  }
  expect(await inTurn(6, (index) => knock(`person-${index}`))).toEqual(Array(6).fill(401))
  expect((await inTurn(11, () => knock('anna'))).at(-1)).toBe(429)
  expect(house.events.at(-1)).toMatchObject({ type: 'login.throttled', limit: 'account' })
})

test('the whole application has a limit, and it is over with its minute', async () => {
  const house = await openThrottledHouse({ fastify: TRUSTED, throttle: { overall: { attempts: 20 } } })
  const guess = (index: number) => house.knock(`person-${index}`, 'wrong', from(address(index)))
  expect(tally(await inTurn(30, guess))).toEqual({ 401: 20, 429: 10 })
  expect(house.events.at(-1)).toMatchObject({ limit: 'overall', retryAfterSeconds: 60 })
  house.clock.advance('1m')
  expect((await guess(31)).status).toBe(401)
  // Those who were refused for the others have nothing on their account.
  expect(house.waits).toEqual([])
})

test('what one limit refuses was no guess, and counts towards no other', async () => {
  const house = await openThrottledHouse({
    throttle: { account: { attempts: 2 }, client: { attempts: 5 }, overall: { attempts: 4 } },
  })
  expect(tally(await inTurn(30, () => house.knock('anna')))).toEqual({ 401: 2, 429: 28 })
  expect(tally(await inTurn(30, () => house.knock('bert')))).toEqual({ 401: 2, 429: 28 })
  // The whole application is at its limit now, and what it refuses is held against neither name nor client.
  expect(tally(await inTurn(30, () => house.knock('cleo')))).toEqual({ 429: 30 })
  house.clock.advance('1m')
  expect(tally(await inTurn(30, () => house.knock('cleo')))).toEqual({ 401: 1, 429: 29 })
  expect(house.events.at(-1)).toMatchObject({ limit: 'client' })
})

describe('a stranger who hammers at a name', () => {
  test('does not keep out the browser that has signed in there before', async () => {
    const house = await openThrottledHouse({ fastify: TRUSTED })
    const { device } = await house.knock('anna', 'right', from('192.0.2.1'))
    await inTurn(100, (index) => house.knock('anna', 'wrong', from(address(index))))
    await inTurn(60, (index) => house.knock(`person-${index}`, 'wrong', from('192.0.2.1')))
    expect((await house.knock('anna', 'right', from('192.0.2.1'))).status).toBe(429)
    house.waits.length = 0
    const again = await house.knock('anna', 'right', { cookie: device, ...from('192.0.2.1') })
    expect([again.status, house.waits]).toEqual([200, []])
    // Nor has that let the stranger go on.
    expect((await house.knock('anna', 'wrong', from('192.0.2.99'))).status).toBe(429)
  })

  test('keeps out a browser without that cookie, until the time that it was told', async () => {
    const house = await openThrottledHouse()
    const answers = await inTurn(11, () => house.knock('anna'))
    house.clock.advance((answers.at(-1) as Answer).retryAfter - 1)
    expect((await house.knock('anna', 'right')).status).toBe(429)
    house.clock.advance(1)
    expect((await house.knock('anna', 'right')).status).toBe(200)
  })
})

describe('a known device', () => {
  test('has a count of its own, which its success clears', async () => {
    const house = await openThrottledHouse()
    const { device } = await house.knock('anna', 'right')
    const attempt = (password: string) => house.knock('anna', password, { cookie: device })
    await inTurn(9, () => attempt('wrong'))
    expect((await attempt('right')).status).toBe(200)
    expect(tally(await inTurn(11, () => attempt('wrong')))).toEqual({ 401: 10, 429: 1 })
    expect(house.events.at(-1)).toMatchObject({ type: 'login.throttled', limit: 'device', username: 'anna' })
    expect((await house.knock('anna', 'right')).status).toBe(200)
  })

  test('is known for the accounts that have signed in with it, and for no other', async () => {
    const house = await openThrottledHouse()
    const { device } = await house.knock('bert', 'right')
    await inTurn(10, () => house.knock('anna'))
    expect((await house.knock('anna', 'right', { cookie: device })).status).toBe(429)
    house.clock.advance('15m')
    const { device: shared } = await house.knock('anna', 'right', { cookie: device })
    await inTurn(20, (index) => house.knock(index % 2 ? 'anna' : 'bert'))
    for (const name of ['anna', 'bert']) expect((await house.knock(name, 'right', { cookie: shared })).status).toBe(200)
  })

  test('is a stranger when too many devices of the account were wrong, as those that somebody has collected', async () => {
    const house = await openThrottledHouse()
    const collected = await inTurn(20, async () => (await house.knock('anna', 'right')).device)
    const guesses = await inTurn(200, (index) => house.knock('anna', 'wrong', { cookie: collected[index % 20] }))
    // Fifty as known devices, and ten as strangers.
    expect(tally(guesses)).toEqual({ 401: 60, 429: 140 })
    expect(house.events.at(-1)).toMatchObject({ limit: 'account' })
    house.clock.advance('1d')
    expect((await house.knock('anna', 'right', { cookie: collected[0] })).status).toBe(200)
  })

  test('carries a sealed cookie that only this host can set, no script can read, and that names nobody', async () => {
    const house = await openThrottledHouse({ fastify: TRUSTED })
    const https = { headers: { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' } }
    const { headers } = await house.knock('anna', 'right', https)
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
    const house = await openThrottledHouse({ secret, throttle: { deviceLifetime: '30d' } })
    const other = await openThrottledHouse()
    const good = (await house.knock('anna', 'right')).device as string
    const [name = '', value = ''] = good.split('=')
    const session = (await house.knock('anna', 'right')).headers.getSetCookie()[0]?.split(/[=;]/)[1]
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
    await inTurn(10, () => house.knock('anna'))
    for (const [what, cookie] of Object.entries(strangers))
      expect((await house.knock('anna', 'right', { cookie })).status, what).toBe(429)
    expect((await house.knock('anna', 'right', { cookie: good })).status).toBe(200)
    house.clock.advance('30d')
    await inTurn(10, () => house.knock('anna'))
    expect((await house.knock('anna', 'right', { cookie: good })).status).toBe(429)
  })

  test('is no session', async () => {
    const house = await openThrottledHouse()
    const { device } = await house.knock('anna', 'right')
    const [name, value] = (device as string).split('=')
    const cookieHeader = `${device}; ${(name as string).replace('-device', '')}=${value}`
    const connection = { https: false, hostname: '127.0.0.1' }
    expect(house.auth.identifyAtOnce({ cookieHeader, connection }).user.isAnonymous).toBe(true)
  })
})

describe('an outage', () => {
  test('is counted against nobody', async () => {
    const house = await openThrottledHouse()
    house.source.answer = () => unavailable(new Error('down'))
    expect(tally(await inTurn(100, () => house.knock('anna', 'right')))).toEqual({ 503: 100 })
    house.source.answer = undefined
    expect((await house.knock('anna', 'right')).status).toBe(200)
    expect(house.waits).toEqual([])
  })

  test('of one source is no occasion to ask the other without end', async () => {
    const house = await openThrottledHouse({ throttle: { account: { attempts: 3 } } })
    const down = { name: 'down', authenticate: async () => unavailable(new Error('down')) }
    const { auth } = house
    const twoSources = auth.withSource(down)
    const request = { method: 'POST', path: '/', headers: {}, clientAddress: '192.0.2.1' }
    const attempt = (username: string) =>
      twoSources.signIn({ username, password: 'wrong', persistent: false, next: undefined, fields: {} }, request, null)
    for (const name of ['anna', 'nobody']) {
      const outcomes = await inTurn(32, async () => (await attempt(name)).outcome)
      expect(outcomes).toEqual([...Array(30).fill('unavailable'), 'throttled', 'throttled'])
    }
  })

  test('of what an attempt needs later leaves nothing behind either', async () => {
    const house = await openThrottledHouse({ throttle: { account: { attempts: 2 } } })
    house.source.answer = () => {
      throw new Error('broken')
    }
    expect(tally(await inTurn(5, () => house.knock('anna')))).toEqual({ 503: 5 })
    expect(await Array.fromAsync(house.auth.throttle?.list() ?? [])).toEqual([])
  })
})

describe('the answer', () => {
  test('is the same for names that there are and that there are not', async () => {
    const house = await openThrottledHouse()
    const [ofAnna, ofNobody] = await inTurn(2, async (index) => {
      const name = index ? 'nobody' : 'anna'
      await inTurn(10, () => house.knock(name))
      const [json, page] = [await house.knock(name), await house.fillIn(name, 'wrong')]
      const headers = [json, page].map(({ headers }) =>
        [...headers].filter(([header]) => header !== 'date' && header !== 'content-length'),
      )
      return { json: json.body, page: page.body.replaceAll(name, 'NAME'), headers }
    })
    expect(ofAnna).toEqual(ofNobody)
    expect(ofAnna?.json).toBe(THROTTLED)
  })

  test('to a program is a problem, and says when to come again', async () => {
    const house = await openThrottledHouse({ throttle: { account: { attempts: 1 } } })
    await house.knock('anna')
    const answer = await house.knock('anna', 'right')
    expect([answer.status, answer.body, answer.retryAfter]).toEqual([429, THROTTLED, 900])
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(house.asked).toHaveLength(1)
  })

  test.each([
    ['en', 'Too many sign-in attempts. Please wait a little before you try again.'],
    ['de', 'Zu viele Anmeldeversuche. Bitte warten Sie etwas, bevor Sie es noch einmal versuchen.'],
  ])('to a browser is the login page, in %s', async (language, sentence) => {
    const house = await openThrottledHouse({ throttle: { account: { attempts: 1 } } })
    await house.knock('anna')
    const answer = await house.fillIn('anna', 'hunter2', { headers: { 'accept-language': language } })
    expect([answer.status, answer.retryAfter]).toEqual([429, 900])
    expect(answer.body).toContain(`<p class="notice alarm" id="notice" role="alert">${sentence}</p>`)
    expect(answer.body).toMatch(/name="username" type="text" value="anna"/)
    expect(answer.body).not.toContain('hunter2')
  })
})

test('no more wait at once than there is room for; the others are told to come again', async () => {
  const release = Promise.withResolvers<void>()
  const waiting: number[] = []
  const house = await openThrottledHouse({
    throttle: {
      account: { attempts: 100, undelayed: 0, delay: '4s', longestDelay: '4s' },
      maxWaiting: 3,
      wait: async (milliseconds) => {
        waiting.push(milliseconds)
        await release.promise
      },
    },
  })
  const held = Array.from({ length: 3 }, () => house.knock('anna'))
  await vi.waitFor(() => expect(waiting).toEqual([4000, 4000, 4000]))
  const refused = await inTurn(5, () => house.knock('anna'))
  expect(refused.map(({ status, retryAfter }) => [status, retryAfter])).toEqual(Array(5).fill([429, 4]))
  expect(house.events.at(-1)).toMatchObject({ type: 'login.throttled', limit: 'waiting' })
  expect(house.asked).toEqual([])
  release.resolve()
  expect(tally(await Promise.all(held))).toEqual({ 401: 3 })
  expect((await house.knock('anna')).status).toBe(401)
})

test('a slow source does not make room for more than the limit', async () => {
  const answered = Promise.withResolvers<void>()
  const house = await openThrottledHouse()
  house.source.answer = async () => {
    await answered.promise
    return rejected()
  }
  const guesses = Array.from({ length: 20 }, () => house.knock('anna'))
  await vi.waitFor(() => expect(house.events.filter(({ type }) => type === 'login.throttled')).toHaveLength(10))
  await vi.waitFor(() => expect(house.asked).toHaveLength(10))
  answered.resolve()
  expect(tally(await Promise.all(guesses))).toEqual({ 401: 10, 429: 10 })
})

test('without a throttle nothing is counted, and no browser is marked', async () => {
  const house = await openThrottledHouse({ throttle: false })
  expect(tally(await inTurn(60, () => house.knock('anna')))).toEqual({ 401: 60 })
  const { status, device } = await house.knock('anna', 'right')
  expect([status, device, house.auth.throttle]).toEqual([200, undefined, undefined])
})
