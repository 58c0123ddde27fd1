import { rejected, unavailable } from 'ostiary'
import { describe, expect, test, vi } from 'vitest'
import { inTurn, openThrottledApplication, tally } from './throttled-application.ts'

const THROTTLED = '{"type":"about:blank","title":"Too many sign-in attempts","status":429}'

describe('an outage', () => {
  test('is counted against nobody', async () => {
    const application = await openThrottledApplication()
    application.source.answer = () => unavailable(new Error('down'))
    expect(tally(await inTurn(100, () => application.knock('anna', 'right')))).toEqual({ 503: 100 })
    application.source.answer = undefined
    expect((await application.knock('anna', 'right')).status).toBe(200)
    expect(application.waits).toEqual([])
  })

  test('of what an attempt needs later leaves nothing behind either', async () => {
    const application = await openThrottledApplication({ throttle: { account: { attempts: 2 } } })
    application.source.answer = () => {
      throw new Error('broken')
    }
    expect(tally(await inTurn(5, () => application.knock('anna')))).toEqual({ 503: 5 })
    expect(await Array.fromAsync(application.auth.throttle?.list() ?? [])).toEqual([])
  })
})

describe('the answer', () => {
  test('is the same for names that there are and that there are not', async () => {
    const application = await openThrottledApplication()
    const [ofAnna, ofNobody] = await inTurn(2, async (index) => {
      const name = index ? 'nobody' : 'anna'
      await inTurn(10, () => application.knock(name))
      const [json, page] = [await application.knock(name), await application.fillIn(name, 'wrong')]
      const headers = [json, page].map(({ headers }) =>
        [...headers].filter(([header]) => header !== 'date' && header !== 'content-length'),
      )
      return { json: json.body, page: page.body.replaceAll(name, 'NAME'), headers }
    })
    expect(ofAnna).toEqual(ofNobody)
    expect(ofAnna?.json).toBe(THROTTLED)
  })

  test('to a program is a problem, and says when to come again', async () => {
    const application = await openThrottledApplication({ throttle: { account: { attempts: 1 } } })
    await application.knock('anna')
    const answer = await application.knock('anna', 'right')
    expect([answer.status, answer.body, answer.retryAfter]).toEqual([429, THROTTLED, 900])
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(application.asked).toHaveLength(1)
  })

  test.each([
    ['en', 'Too many sign-in attempts.', 'You can try again in 15 minutes.'],
    ['de', 'Zu viele Anmeldeversuche.', 'Sie können es in 15 Minuten noch einmal versuchen.'],
  ])('to a browser is the login page, in %s, and says how long the wait is', async (language, sentence, wait) => {
    const application = await openThrottledApplication({ throttle: { account: { attempts: 1 } } })
    await application.knock('anna')
    const answer = await application.fillIn('anna', 'hunter2', { headers: { 'accept-language': language } })
    expect([answer.status, answer.retryAfter]).toEqual([429, 900])
    expect(answer.body).toContain(`<p class="notice alarm" id="notice" role="alert">${sentence} <span id="wait"`)
    expect(answer.body).toContain(`>${wait}</span></p>`)
    expect(answer.body).toMatch(/name="username" type="text" value="anna"/)
    expect(answer.body).not.toContain('hunter2')
  })
})

test('no more wait at once than there is room for; the others are told to come again', async () => {
  const release = Promise.withResolvers<void>()
  const waiting: number[] = []
  const application = await openThrottledApplication({
    throttle: {
      account: { attempts: 100, undelayed: 0, delay: '4s', longestDelay: '4s' },
      maxWaiting: 3,
      wait: async (milliseconds) => {
        waiting.push(milliseconds)
        await release.promise
      },
    },
  })
  const held = Array.from({ length: 3 }, () => application.knock('anna'))
  await vi.waitFor(() => expect(waiting).toEqual([4000, 4000, 4000]))
  const refused = await inTurn(5, () => application.knock('anna'))
  expect(refused.map(({ status, retryAfter }) => [status, retryAfter])).toEqual(Array(5).fill([429, 4]))
  expect(application.events.at(-1)).toMatchObject({ type: 'login.throttled', limit: 'waiting' })
  expect(application.asked).toEqual([])
  release.resolve()
  expect(tally(await Promise.all(held))).toEqual({ 401: 3 })
  expect((await application.knock('anna')).status).toBe(401)
})

test('a slow source does not make room for more than the limit', async () => {
  const answered = Promise.withResolvers<void>()
  const application = await openThrottledApplication()
  application.source.answer = async () => {
    await answered.promise
    return rejected()
  }
  const guesses = Array.from({ length: 20 }, () => application.knock('anna'))
  await vi.waitFor(() => expect(application.events.filter(({ type }) => type === 'login.throttled')).toHaveLength(10))
  await vi.waitFor(() => expect(application.asked).toHaveLength(10))
  answered.resolve()
  expect(tally(await Promise.all(guesses))).toEqual({ 401: 10, 429: 10 })
})

test('without a throttle nothing is counted, and no browser is marked', async () => {
  const application = await openThrottledApplication({ throttle: false })
  expect(tally(await inTurn(60, () => application.knock('anna')))).toEqual({ 401: 60 })
  const { status, device } = await application.knock('anna', 'right')
  expect([status, device, application.auth.throttle]).toEqual([200, undefined, undefined])
})
