import { blocked, defineUserSource, unavailable } from 'ostiary'
import { localUsers, openDatabase } from 'ostiary/sql'
import { describe, expect, onTestFinished, test } from 'vitest'
import { address, from, inTurn, openThrottledApplication, TRUSTED, tally } from './throttled-application.ts'

// While one source is down, another one still tells right from wrong. That must not be asked without end.

/** Anna's application, and a source behind it that can be down. */
async function openHalfDown(options: Parameters<typeof openThrottledApplication>[0] = {}) {
  const second = { isDown: true, asked: 0 }
  const other = defineUserSource('other', async () => {
    second.asked += 1
    return second.isDown ? unavailable(new Error('down')) : null
  })
  return { second, application: await openThrottledApplication({ fastify: TRUSTED, others: [other], ...options }) }
}

describe('while a source is down, what the other one judges meets', () => {
  test('the limit of the account, whether the name exists or not', async () => {
    const { application } = await openHalfDown()
    for (const name of ['anna', 'nobody']) {
      const answers = await inTurn(15, (index) => application.knock(name, 'wrong', from(address(index))))
      expect(tally(answers)).toEqual({ 503: 10, 429: 5 })
      expect(application.asked.splice(0).filter((each) => each === name)).toHaveLength(10)
      expect(application.events.at(-1)).toMatchObject({ limit: 'account', during: 'outage', retryAfterSeconds: 900 })
    }
    expect((await application.knock('anna', 'right', from('192.0.2.77'))).status).toBe(429)
  })

  test('the limit of the account, though all guesses come at once', async () => {
    const { application } = await openHalfDown()
    await application.knock('bert')
    const guesses = Array.from({ length: 50 }, (_, index) => application.knock('anna', 'wrong', from(address(index))))
    expect(tally(await Promise.all(guesses))).toEqual({ 503: 10, 429: 40 })
    expect(application.asked.filter((name) => name === 'anna')).toHaveLength(10)
  })

  test('the limit of the client, at many names', async () => {
    const { application } = await openHalfDown()
    const answers = await inTurn(120, (index) => application.knock(`person-${index}`, 'wrong', from('192.0.2.7')))
    expect(tally(answers)).toEqual({ 503: 50, 429: 70 })
    expect(application.events.at(-1)).toMatchObject({ limit: 'client', during: 'outage' })
  })

  test('the limit of the whole application', async () => {
    const { application } = await openHalfDown({ throttle: { overall: { attempts: 20 } } })
    const answers = await inTurn(30, (index) => application.knock(`person-${index}`, 'wrong', from(address(index))))
    expect(tally(answers)).toEqual({ 503: 20, 429: 10 })
    expect(application.events.at(-1)).toMatchObject({ limit: 'overall', during: 'outage' })
  })

  test('the delays, and a window that doubles', async () => {
    const { application } = await openHalfDown()
    await inTurn(10, () => application.knock('anna'))
    expect(application.waits).toEqual([1, 2, 4, 8, 8, 8, 8].map((seconds) => seconds * 1000))
    expect((await application.knock('anna')).retryAfter).toBe(900)
    application.clock.advance(900)
    await inTurn(10, () => application.knock('anna'))
    expect((await application.knock('anna')).retryAfter).toBe(1800)
  })

  test('the limit of a known device', async () => {
    const { application, second } = await openHalfDown()
    second.isDown = false
    const { device } = await application.knock('anna', 'right')
    second.isDown = true
    expect(tally(await inTurn(20, () => application.knock('anna', 'wrong', { cookie: device })))).toEqual({
      503: 10,
      429: 10,
    })
    expect(application.events.at(-1)).toMatchObject({ limit: 'device', during: 'outage' })
  })

  test('the same limits in the next outage: they are kept from one to the next', async () => {
    const { application, second } = await openHalfDown({ throttle: { account: { attempts: 4 } } })
    const guess = () => application.knock('anna')
    expect(tally(await inTurn(3, guess))).toEqual({ 503: 3 })
    second.isDown = false
    expect((await application.knock('nobody')).status).toBe(401)
    second.isDown = true
    expect(tally(await inTurn(3, guess))).toEqual({ 503: 1, 429: 2 })
  })

  test('its limit when it is a block that it says', async () => {
    const { application } = await openHalfDown()
    application.source.answer = () => blocked('disabled')
    expect(tally(await inTurn(20, () => application.knock('anna')))).toEqual({ 503: 10, 429: 10 })
  })
})

test('what was judged in an outage keeps nobody out when it is over', async () => {
  const { application, second } = await openHalfDown()
  const names = ['anna', 'bert', ...Array.from({ length: 60 }, (_, index) => `person-${index}`)]
  await inTurn(100, (index) => application.knock(names[index % names.length] as string))
  await inTurn(30, () => application.knock('anna'))
  expect((await application.knock('anna', 'right')).status).toBe(429)
  second.isDown = false
  expect((await application.knock('anna', 'right')).status).toBe(200)
  application.waits.length = 0
  expect((await application.knock('bert', 'wrong')).status).toBe(401)
  expect(application.waits).toEqual([])
  const listed = await Array.fromAsync(application.auth.throttle?.list() ?? [])
  expect(new Set(listed.map(({ during }) => during))).toEqual(new Set(['outage']))
})

test('an administrator sees what was judged in outages, and forgets it with the rest', async () => {
  const { application } = await openHalfDown()
  await inTurn(12, () => application.knock('anna'))
  const { throttle } = application.auth
  const listed = await Array.fromAsync(throttle?.list({ username: 'Anna' }) ?? [])
  expect(listed.map(({ limit, during, state }) => [limit, during, state]).sort()).toEqual([
    ['account', 'outage', 'refused'],
    ['account-network', 'outage', 'refused'],
  ])
  expect(await throttle?.clear({ username: 'anna' })).toBeGreaterThan(0)
  expect(tally(await inTurn(11, () => application.knock('anna')))).toEqual({ 503: 10, 429: 1 })
  expect(await throttle?.clear({ clientAddress: '127.0.0.1' })).toBeGreaterThan(0)
})

test('a name that only one source cannot cope with is guessed at no more than once more', async () => {
  const picky = defineUserSource('picky', async ({ username }) => {
    if (username === 'anna') throw new Error('a row that cannot be read')
    return null
  })
  const application = await openThrottledApplication({ others: [picky] })
  const answers = await inTurn(40, async (index) => {
    // Others show in between that the source is there.
    if (index % 3 === 0) await application.knock(`person-${index}`, 'wrong')
    return application.knock('anna')
  })
  expect(tally(answers)).toEqual({ 503: 20, 429: 20 })
})

describe('a flood that fills the queue of password hashes', () => {
  async function openWithQueue(isFirst: boolean) {
    const database = openDatabase('sqlite::memory:')
    onTestFinished(() => database.close())
    const local = localUsers(database, { passwords: { maxConcurrent: 1, maxQueued: 4 } })
    const asked: string[] = []
    const directory = defineUserSource('directory', async ({ username, password }) => {
      if (username.startsWith('nobody')) return null
      asked.push(username)
      return username === 'cleo' && password === 'right' ? { name: 'cleo' } : null
    })
    const application = await openThrottledApplication({
      fastify: TRUSTED,
      others: isFirst ? [local, directory] : [directory, local],
    })
    await application.auth.ready()
    return { application, asked }
  }

  test.each([true, false])(
    'refuses logins whole, before any other source is asked: local users first %s',
    async (first) => {
      const { application, asked } = await openWithQueue(first)
      const flood = Array.from({ length: 170 }, (_, index) =>
        application.knock(`x${index}`, 'wrong', from(address(index))),
      )
      const answers = await Promise.all(flood)
      expect(Object.keys(tally(answers)).sort()).toEqual(['401', '503'])
      // Whoever was told that it cannot be checked now was judged by nobody.
      expect(asked.length).toBe(tally(answers)[401])
      expect((await application.knock('cleo', 'right', from('192.0.2.1'))).status).toBe(200)
    },
  )
})
