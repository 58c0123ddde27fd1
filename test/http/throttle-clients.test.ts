import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { address, from, inTurn, openThrottledApplication, TRUSTED, tally } from './throttled-application.ts'

describe('guesses of one client', () => {
  test('at a thousand accounts meet the limit of the client, and nobody else is concerned', async () => {
    const application = await openThrottledApplication({ fastify: TRUSTED })
    const answers = await inTurn(1000, (index) => application.knock(`person-${index}`, 'Spring2030', from('192.0.2.7')))
    expect(tally(answers)).toEqual({ 401: 50, 429: 950 })
    expect(application.asked).toHaveLength(50)
    expect(application.events.at(-1)).toMatchObject({ type: 'login.throttled', limit: 'client' })
    expect((await application.knock('anna', 'right', from('192.0.2.8'))).status).toBe(200)
  })

  test.each([
    ['an IPv6 network', (index: number) => `2001:db8:0:7:${(index + 1).toString(16)}::1`],
    [
      'an IPv4 address, written as one of IPv6',
      (index: number) => ['192.0.2.7', '::ffff:192.0.2.7', '::FFFF:c000:207'][index % 3],
    ],
  ] as const)('are one count for %s', async (_, addressOf) => {
    const application = await openThrottledApplication({ fastify: TRUSTED, throttle: { client: { attempts: 5 } } })
    const answers = await inTurn(9, (index) =>
      application.knock(`person-${index}`, 'wrong', from(addressOf(index) as string)),
    )
    expect(tally(answers)).toEqual({ 401: 5, 429: 4 })
    expect((await application.knock('anna', 'right', from('2001:db8:0:8::1'))).status).toBe(200)
  })

  test('who writes another address into each request are those of one, where no proxy is trusted', async () => {
    const application = await openThrottledApplication()
    const answers = await inTurn(60, (index) => application.knock(`person-${index}`, 'wrong', from(address(index))))
    expect(tally(answers)).toEqual({ 401: 50, 429: 10 })
  })

  test('are not forgotten for signing in with an account of its own in between', async () => {
    const application = await openThrottledApplication({ throttle: { client: { attempts: 20 } } })
    const answers = await inTurn(40, (index) =>
      index % 2 ? application.knock('bert', 'right') : application.knock(`person-${index}`),
    )
    expect(tally(answers)[401]).toBe(20)
    expect((await application.knock('person-x')).status).toBe(429)
  })

  test('without an address are held by the limit of the account alone', async () => {
    const application = await openThrottledApplication({ fastify: TRUSTED, throttle: { client: { attempts: 3 } } })
    const answers = await inTurn(9, (index) => application.knock(`person-${index}`, 'wrong', from('unknown')))
    expect(tally(answers)).toEqual({ 401: 9 })
    expect(tally(await inTurn(11, () => application.knock('anna', 'wrong', from('unknown'))))).toEqual({
      401: 10,
      429: 1,
    })
  })
})

test('over a Unix socket, where nobody has an address, it is the limit of the account that holds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-socket-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const socketPath = join(folder, 'socket')
  const application = await openThrottledApplication({
    listen: { path: socketPath },
    throttle: { client: { attempts: 3 } },
  })
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
  expect(application.events.at(-1)).toMatchObject({ type: 'login.throttled', limit: 'account' })
})

test('the whole application has a limit, and it is over with its minute', async () => {
  const application = await openThrottledApplication({ fastify: TRUSTED, throttle: { overall: { attempts: 20 } } })
  const guess = (index: number) => application.knock(`person-${index}`, 'wrong', from(address(index)))
  expect(tally(await inTurn(30, guess))).toEqual({ 401: 20, 429: 10 })
  expect(application.events.at(-1)).toMatchObject({ limit: 'overall', retryAfterSeconds: 60 })
  application.clock.advance('1m')
  expect((await guess(31)).status).toBe(401)
  // Those who were refused for the others have nothing on their account.
  expect(application.waits).toEqual([])
})

test('what one limit refuses was no guess, and counts towards no other', async () => {
  const application = await openThrottledApplication({
    throttle: { account: { attempts: 2 }, client: { attempts: 5 }, overall: { attempts: 4 } },
  })
  expect(tally(await inTurn(30, () => application.knock('anna')))).toEqual({ 401: 2, 429: 28 })
  expect(tally(await inTurn(30, () => application.knock('bert')))).toEqual({ 401: 2, 429: 28 })
  // The whole application is at its limit now, and what it refuses is held against neither name nor client.
  expect(tally(await inTurn(30, () => application.knock('cleo')))).toEqual({ 429: 30 })
  application.clock.advance('1m')
  expect(tally(await inTurn(30, () => application.knock('cleo')))).toEqual({ 401: 1, 429: 29 })
  expect(application.events.at(-1)).toMatchObject({ limit: 'client' })
})
