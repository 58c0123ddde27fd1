import { describe, expect, test } from 'vitest'
import { smallBrowser } from '../oidc/small-browser.ts'
import { openSecondFactor } from './open-second-factor.ts'

describe.each(['fastify', 'hono'] as const)('a second factor, with %s', (framework) => {
  test('is added with a code of the app, asked for at the next login, and opens routes that ask for it', async () => {
    const { advance, codeOf, enrolled, login, origin, post } = await openSecondFactor({ framework })
    const { browser, recoveryCodes, secret } = await enrolled('viewer')
    expect(recoveryCodes).toHaveLength(10)
    expect((await browser.visit(`${origin}/strong`)).html).toBe('strong')
    advance(30_000)
    const again = await login('viewer')
    expect(again.at.url.pathname).toBe('/auth/second-factor')
    expect(again.at.html).toContain('autocomplete="one-time-code"')
    const done = await post(again.browser, '/auth/second-factor', { code: codeOf(secret) })
    expect(done).toMatchObject({ status: 200, html: 'seen by viewer' })
    expect((await again.browser.visit(`${origin}/strong`)).html).toBe('strong')
  })

  test('is replaced by a recovery code, each once', async () => {
    const { enrolled, login, post } = await openSecondFactor({ framework })
    const { recoveryCodes } = await enrolled('viewer')
    const [code = ''] = recoveryCodes
    const first = await login('viewer')
    expect((await post(first.browser, '/auth/second-factor', { code: code.toUpperCase() })).html).toBe('seen by viewer')
    const second = await login('viewer')
    expect(await post(second.browser, '/auth/second-factor', { code })).toMatchObject({ status: 403 })
  })

  test('is never asked of users who have none and need none', async () => {
    const { login } = await openSecondFactor({ framework })
    expect((await login('other')).at.html).toBe('seen by other')
  })
})

describe('half a login', () => {
  test('is no session, and its cookie is no session cookie', async () => {
    const { enrolled, login, origin } = await openSecondFactor()
    await enrolled('viewer')
    const { browser } = await login('viewer')
    expect((await browser.visit(`${origin}/view`)).status).toBe(403)
    const cookies = browser.cookies(origin)
    expect([...cookies.keys()]).toEqual(['ostiary-login'])
    cookies.set('ostiary', cookies.get('ostiary-login') ?? '')
    expect((await browser.visit(`${origin}/view`)).status).toBe(403)
  })

  test('of one user does not end with the code of another', async () => {
    const { codeOf, enrolled, login, post, advance } = await openSecondFactor()
    const viewer = await enrolled('viewer')
    await enrolled('other')
    advance(30_000)
    const { browser } = await login('other')
    expect(await post(browser, '/auth/second-factor', { code: codeOf(viewer.secret) })).toMatchObject({ status: 403 })
  })

  test('is good once, for ten minutes, and ends with a change of the password', async () => {
    const { advance, auth, codeOf, enrolled, login, origin, post } = await openSecondFactor()
    const { secret } = await enrolled('viewer')
    advance(30_000)
    const used = await login('viewer')
    const token = used.browser.cookies(origin).get('ostiary-login') ?? ''
    await post(used.browser, '/auth/second-factor', { code: codeOf(secret) })
    const thief = smallBrowser()
    thief.cookies(origin).set('ostiary-login', token)
    advance(30_000)
    expect(await post(thief, '/auth/second-factor', { code: codeOf(secret) })).toMatchObject({ status: 401 })
    const late = await login('viewer')
    advance(10 * 60_000)
    expect(await post(late.browser, '/auth/second-factor', { code: codeOf(secret) })).toMatchObject({ status: 401 })
    const changed = await login('viewer')
    await auth.users?.setPassword('viewer', 'another password')
    expect(await post(changed.browser, '/auth/second-factor', { code: codeOf(secret) })).toMatchObject({ status: 401 })
    expect((await changed.browser.visit(`${origin}/view`)).status).toBe(403)
  })
})

describe('guessing', () => {
  test('stops after five codes in 15 minutes, even sent at once and in many logins', async () => {
    const { codeOf, enrolled, events, login, post, advance } = await openSecondFactor()
    const { secret } = await enrolled('viewer')
    const browsers = await Promise.all(Array.from({ length: 12 }, () => login('viewer')))
    const answers = await Promise.all(
      browsers.map(({ browser }) => post(browser, '/auth/second-factor', { code: '000000' })),
    )
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7)
    const { browser } = await login('viewer')
    const right = await post(browser, '/auth/second-factor', { code: codeOf(secret, 1) })
    expect(right.status).toBe(429)
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.stringify(events)).not.toContain('000000')
    advance(15 * 60_000)
    const later = await login('viewer')
    expect((await post(later.browser, '/auth/second-factor', { code: codeOf(secret) })).status).toBe(200)
  })

  test('gains nothing from a code that was used, sent twice at once or later', async () => {
    const { codeOf, enrolled, login, post, advance } = await openSecondFactor()
    const { secret } = await enrolled('viewer')
    advance(60_000)
    const [one, two] = [await login('viewer'), await login('viewer')]
    const code = codeOf(secret)
    const answers = await Promise.all([one, two].map(({ browser }) => post(browser, '/auth/second-factor', { code })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
    const third = await login('viewer')
    expect((await post(third.browser, '/auth/second-factor', { code })).status).toBe(403)
    // A code of the step before, which the window would accept, is refused as well.
    expect((await post(third.browser, '/auth/second-factor', { code: codeOf(secret, -1) })).status).toBe(403)
  })
})

describe('a factor that is required', () => {
  test('is not added with a stolen password alone, but with a code of the administration, once', async () => {
    const { admin, advance, codeOf, idOf, login, origin, post } = await openSecondFactor()
    const thief = await login('admin')
    expect(thief.at.url.pathname).toBe('/auth/second-factor/enrol')
    expect(thief.at).toMatchObject({ status: 403, html: expect.stringContaining('name="permission"') })
    expect(thief.at.html).not.toContain('<svg viewBox="0 0 2')
    expect((await post(thief.browser, '/auth/second-factor/enrol', { code: '123456' })).status).toBe(403)
    expect((await post(thief.browser, '/auth/second-factor/enrol', { permission: 'aaaa-bbbb' })).status).toBe(403)

    const permission = await admin.allowEnrolment(await idOf('admin'))
    const { browser } = await login('admin')
    const shown = await post(browser, '/auth/second-factor/enrol', { permission })
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(shown.html)?.[1]?.replaceAll(' ', '') ?? ''
    const done = await post(browser, '/auth/second-factor/enrol', { code: codeOf(secret) })
    expect(done).toMatchObject({ status: 200, html: expect.stringContaining('Your recovery codes') })
    expect((await browser.visit(`${origin}/strong`)).html).toBe('strong')
    expect((await post(thief.browser, '/auth/second-factor/enrol', { permission })).status).not.toBe(200)
    advance(30_000)
    const next = await login('admin')
    expect((await post(next.browser, '/auth/second-factor', { code: codeOf(secret) })).html).toBe('seen by admin')
    expect((await post(next.browser, '/auth/second-factor/remove', {})).status).toBe(403)
  })

  test('that was lost is reset by an administrator, and its sessions end', async () => {
    const { admin, enrolled, idOf, login, origin } = await openSecondFactor()
    const { browser } = await enrolled('viewer')
    const id = await idOf('viewer')
    expect(await admin.state(id)).toMatchObject({ recoveryCodes: 10 })
    expect(await admin.reset(id)).toBe(true)
    expect((await browser.visit(`${origin}/view`)).status).toBe(403)
    expect((await login('viewer')).at.html).toBe('seen by viewer')
    expect(await admin.reset(id)).toBe(false)
  })
})

describe('a route that asks for a second factor', () => {
  test('leads a signed-in user to the step and back, and asks again when it is too long ago', async () => {
    const { advance, codeOf, enrolled, origin, post } = await openSecondFactor()
    const { browser, secret } = await enrolled('viewer')
    expect((await browser.visit(`${origin}/fresh`)).html).toBe('fresh')
    advance(20 * 60_000)
    expect((await browser.visit(`${origin}/fresh`)).html).toBe('fresh')
    const strengthened = await post(browser, '/auth/second-factor', { code: codeOf(secret), next: '/fresh' })
    expect(strengthened.html).toBe('fresh')
    advance(15 * 60_000)
    // The second factor is fresh enough, the password is too old.
    const led = await browser.visit(`${origin}/fresh`)
    expect(led.url.href).toContain('/auth/login?next=%2Ffresh&again')
  })

  test('leads a user without a factor to adding one, and a program gets a challenge', async () => {
    const { login, origin } = await openSecondFactor()
    const { browser } = await login('other')
    const led = await browser.visit(`${origin}/strong`)
    expect(led.url.href).toContain('/auth/second-factor/enrol?next=%2Fstrong')
    const asked = await browser.visit(`${origin}/strong`, { headers: { accept: 'application/json' } })
    expect(asked.status).toBe(401)
    expect(asked.headers.get('www-authenticate')).toContain('acr_values="second-factor"')
  })
})

describe('while the store of factors is down', () => {
  test('nobody gets in without the factor, and it works again by itself', async () => {
    let down = false
    const application = await openSecondFactor({
      factor: { exempt: [] },
      records: (store) => ({
        ...store,
        find: (...asked) => (down ? Promise.reject(new Error('down')) : store.find(...asked)),
      }),
    })
    const { advance, codeOf, enrolled, login, origin, post } = application
    const { secret } = await enrolled('viewer')
    down = true
    const { at, browser } = await login('viewer')
    expect(at.status).toBe(503)
    expect((await browser.visit(`${origin}/view`)).status).toBe(403)
    down = false
    advance(30_000)
    const again = await login('viewer')
    down = true
    expect((await post(again.browser, '/auth/second-factor', { code: codeOf(secret) })).status).toBe(503)
    down = false
    expect((await post(again.browser, '/auth/second-factor', { code: codeOf(secret) })).html).toBe('seen by viewer')
  })
})

test('a factor that can no longer be read counts as one: nobody gets in without it', async () => {
  let tamper = false
  const application = await openSecondFactor({
    records: (store) => ({
      ...store,
      async find(...asked) {
        const found = await store.find(...asked)
        return tamper && found?.kind === 'totp' ? { ...found, value: `${found.value.slice(0, -1)}x` } : found
      },
    }),
  })
  const { admin, enrolled, idOf, login } = application
  await enrolled('viewer')
  tamper = true
  expect((await login('viewer')).at.status).toBe(503)
  expect(await admin.reset(await idOf('viewer'))).toBe(true)
  expect((await login('viewer')).at.html).toBe('seen by viewer')
})

test('the secret of a thief never becomes that of the user: each session has an enrolment of its own', async () => {
  const { codeOf, login, origin, post } = await openSecondFactor()
  const secretIn = (html: string) => /<code>([A-Z2-7 ]+)<\/code>/.exec(html)?.[1]?.replaceAll(' ', '') ?? ''
  const [thief, owner] = [await login('viewer'), await login('viewer')]
  const secretOf = async ({ browser }: typeof thief) =>
    secretIn((await browser.visit(`${origin}/auth/second-factor/enrol`)).html)
  const [stolen, own] = [await secretOf(thief), await secretOf(owner)]
  expect(stolen).not.toBe(own)
  expect(await secretOf(owner)).toBe(own)
  expect((await post(owner.browser, '/auth/second-factor/enrol', { code: codeOf(stolen) })).status).toBe(403)
  expect((await post(owner.browser, '/auth/second-factor/enrol', { code: codeOf(own) })).status).toBe(200)
  expect((await post(thief.browser, '/auth/second-factor/enrol', { code: codeOf(stolen) })).status).toBe(409)
})

test('wrong codes add up over the day, whatever right ones come in between', async () => {
  const { advance, codeOf, enrolled, login, post } = await openSecondFactor()
  const { secret } = await enrolled('viewer')
  const statuses = []
  for (let round = 0; round < 6; round += 1) {
    advance(60_000)
    const { browser } = await login('viewer')
    for (let index = 0; index < 4; index += 1)
      statuses.push((await post(browser, '/auth/second-factor', { code: '000000' })).status)
    const right = await post(browser, '/auth/second-factor', { code: codeOf(secret) })
    if (round < 4) expect(right.status).toBe(200)
    else expect(right.status).toBe(429)
  }
  expect(statuses.filter((status) => status === 403)).toHaveLength(20)
})

test('removing a factor ends all sessions of the user', async () => {
  const { enrolled, origin, post } = await openSecondFactor()
  const { browser } = await enrolled('viewer')
  await post(browser, '/auth/second-factor/remove', {})
  expect((await browser.visit(`${origin}/strong`)).html).not.toBe('strong')
  expect((await browser.visit(`${origin}/view`)).status).toBe(403)
})
