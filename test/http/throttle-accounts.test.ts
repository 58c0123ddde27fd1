import { accepted, defineUserSource, rejected, unavailable, unknown } from 'ostiary'
import { describe, expect, test } from 'vitest'
import {
  address,
  from,
  inTurn,
  openThrottledApplication,
  type ThrottledApplication,
  TRUSTED,
  tally,
} from './throttled-application.ts'

describe('guesses at one account', () => {
  test('that come all at once reach the source no more often than the limit says', async () => {
    const application = await openThrottledApplication({ fastify: TRUSTED })
    const guesses = Array.from({ length: 50 }, (_, index) =>
      application.knock('anna', `guess ${index}`, from(address(index))),
    )
    expect(tally(await Promise.all(guesses))).toEqual({ 401: 10, 429: 40 })
    expect(application.asked).toHaveLength(10)
  })

  test('from a thousand addresses meet the limit of the account', async () => {
    const application = await openThrottledApplication({ fastify: TRUSTED })
    const answers = await inTurn(1000, (index) => application.knock('anna', `guess ${index}`, from(address(index))))
    expect(tally(answers)).toEqual({ 401: 10, 429: 990 })
    expect(application.asked).toHaveLength(10)
    const throttled = application.events.filter(({ type }) => type === 'login.throttled')
    expect(throttled).toHaveLength(990)
    expect(throttled[0]).toMatchObject({
      limit: 'account',
      username: 'anna',
      retryAfterSeconds: 900,
      request: { method: 'POST', path: '/auth/login', clientAddress: address(10) },
    })
  })

  test('are one count, however the name is spelled, with a realm or without', async () => {
    const application = await openThrottledApplication({ rules: { realm: 'Corp' } })
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
    const answers = await inTurn(18, (index) => application.knock(spellings[index % spellings.length] as string))
    expect(tally(answers)).toEqual({ 401: 10, 429: 8 })
    expect((await application.knock('anna@elsewhere')).status).toBe(401)
  })

  test('are delayed more and more before they are refused', async () => {
    const application = await openThrottledApplication()
    await inTurn(12, () => application.knock('anna'))
    expect(application.waits).toEqual([1, 2, 4, 8, 8, 8, 8].map((seconds) => seconds * 1000))
  })

  test('may be made again after a time that doubles each time it was used up, up to the longest', async () => {
    const application = await openThrottledApplication({ throttle: { account: { longestWindow: '1h' } } })
    const windows = await inTurn(4, async () => {
      expect(tally(await inTurn(10, () => application.knock('anna')))).toEqual({ 401: 10 })
      const { status, retryAfter } = await application.knock('anna')
      expect(status).toBe(429)
      application.clock.advance(retryAfter)
      return retryAfter
    })
    expect(windows).toEqual([900, 1800, 3600, 3600])
  })
})

describe('guesses at one account under many names', () => {
  test('are one count, where a directory takes any blanks and hyphens for none', async () => {
    const application = await openThrottledApplication()
    const judged: string[] = []
    application.source.answer = () => {
      judged.push(application.asked.at(-1) ?? '')
      return judged.at(-1)?.replace(/[ -]/g, '') === '4989123456' ? rejected() : unknown()
    }
    const spellings = Array.from({ length: 300 }, (_, index) =>
      [...'4989123456'].map((digit, at) => ((index >> at) & 1 ? `${digit}${at % 2 ? ' ' : '-'}` : digit)).join(''),
    )
    const answers = await inTurn(60, (index) => application.knock(spellings[index * 5] as string))
    expect(tally(answers)).toEqual({ 401: 10, 429: 50 })
    expect(judged).toHaveLength(10)
  })

  test('are one count, where the source says which account it found; the right password is no better off', async () => {
    const application = await openThrottledApplication({ fastify: TRUSTED })
    const aliases = Array.from({ length: 40 }, (_, index) => `alias${index}`)
    let isRight = false
    application.source.answer = () => (isRight ? accepted({ id: '7', name: 'anna' }) : rejected({ accountId: '7' }))
    const guess = (index: number) => application.knock(aliases[index] as string, 'x', from('192.0.2.7'))
    expect(tally(await inTurn(20, guess))).toEqual({ 401: 20 })
    isRight = true
    // As a wrong one is answered: a refusal of its own would say that there is such an account.
    expect((await guess(20)).status).toBe(401)
    expect(application.events.at(-1)).toMatchObject({
      type: 'login.failed',
      outcome: 'refused',
      reason: 'the account has been tried too often, under several names',
    })
    // The owner asks from elsewhere.
    expect((await application.knock('anna', 'x', from('198.51.100.7'))).status).toBe(200)
    expect(await application.auth.throttle?.clear({ username: 'alias3' })).toBeGreaterThan(0)
    expect((await guess(21)).status).toBe(200)
  })

  test('in an outage are one count, too', async () => {
    const down = defineUserSource('down', async () => unavailable(new Error('down')))
    const application = await openThrottledApplication({ fastify: TRUSTED, others: [down] })
    let isRight = false
    application.source.answer = () => (isRight ? accepted({ id: '7', name: 'anna' }) : rejected({ accountId: '7' }))
    const guess = (index: number) => application.knock(`alias${index}`, 'x', from('192.0.2.7'))
    expect(tally(await inTurn(12, guess))).toEqual({ 503: 12 })
    isRight = true
    expect((await guess(13)).status).toBe(503)
  })
})

describe('guesses at one account in the long run', () => {
  const DAY = 86_400
  /** So many guesses at a time, each time from another address, and then a quarter of an hour of nothing. */
  async function guessFor({ app, clock }: ThrottledApplication, days: number, atATime: number): Promise<void> {
    // Requests are injected. Why: there are thousands of them, and the network takes most of their time.
    const guess = { method: 'POST', url: '/auth/login', payload: { username: 'anna', password: 'wrong' } } as const
    for (let window = 0; window < days * 96; window += 1) {
      const { headers } = from(address(window * atATime))
      await inTurn(atATime, () => app.inject({ ...guess, headers: { ...headers } }))
      clock.advance(900)
    }
  }

  test.each([1, 3, 9, 10, 12])(
    'are no more than 135 a week, though %i come in each window, each time from another network',
    async (atATime) => {
      const application = await openThrottledApplication({ fastify: TRUSTED })
      await guessFor(application, 7, atATime)
      expect(application.asked.length).toBeGreaterThanOrEqual(100)
      expect(application.asked.length).toBeLessThanOrEqual(135)
      const refused = application.events.filter(({ type }) => type === 'login.throttled')
      expect(refused.at(-1)).toMatchObject({ limit: 'long-term' })
    },
  )

  test('beyond the limit are three a day, each after the longest delay', async () => {
    const application = await openThrottledApplication({ fastify: TRUSTED })
    await guessFor(application, 1, 9)
    application.clock.advance(DAY)
    application.waits.length = 0
    expect((await inTurn(5, () => application.knock('anna'))).map(({ status }) => status)).toEqual([
      401, 401, 401, 429, 429,
    ])
    expect(application.waits).toEqual([8000, 8000, 8000])
    expect((await application.knock('anna')).retryAfter).toBe(DAY)
    application.clock.advance(6 * DAY)
    // That week is over.
    expect(tally(await inTurn(12, () => application.knock('anna')))).toEqual({ 401: 10, 429: 2 })
  })

  test('keep out neither a known device nor, three times a day, a new one; whose success changes nothing', async () => {
    const application = await openThrottledApplication({ fastify: TRUSTED })
    const { device } = await application.knock('anna', 'right')
    await guessFor(application, 1, 9)
    application.waits.length = 0
    expect((await application.knock('anna', 'right', { cookie: device })).status).toBe(200)
    expect(application.waits).toEqual([])
    application.clock.advance(DAY)
    const wrong = await inTurn(3, () => application.knock('anna', 'wrong', { cookie: device }))
    expect(tally(wrong)).toEqual({ 401: 3 })
    await inTurn(2, () => application.knock('anna'))
    const owner = await application.knock('anna', 'right')
    expect(owner.status).toBe(200)
    expect(tally(await inTurn(9, () => application.knock('anna')))).toEqual({ 401: 1, 429: 8 })
    expect((await application.knock('anna', 'right', { cookie: owner.device })).status).toBe(200)
  })

  test('have limits that can be set', async () => {
    const account = { longTerm: { attempts: 20, window: '2d' }, longestWindow: '6h', attempts: 2 } as const
    const application = await openThrottledApplication({ fastify: TRUSTED, throttle: { account } })
    await guessFor(application, 2, 1)
    // Twenty in the first five hours, and two in each six hours of what is left.
    expect(application.asked).toHaveLength(20 + 2 * 8)
  })
})
