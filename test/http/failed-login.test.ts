import { defineUserSource } from 'ostiary'
import { describe, expect, test } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { setCookies } from '../application/serve-auth.ts'
import { passwordOf } from '../application/test-auth.ts'

const REFUSED = '{"type":"about:blank","title":"Sign-in refused","status":401}'
const UNAVAILABLE = '{"type":"about:blank","title":"Sign-in cannot be checked now","status":503}'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const asJson = (application: Application, username: string, password: string) =>
  application.request({ method: 'POST', url: '/auth/login', payload: { username, password } })
const asForm = (application: Application, username: string, password: string, more = {}) =>
  application.request({
    method: 'POST',
    url: '/auth/login',
    headers: FORM,
    payload: new URLSearchParams({ username, password, ...more }).toString(),
  })

const REASONS: readonly (readonly [string, string, string])[] = [
  ['a wrong password', 'admin', 'wrong'],
  ['a name that nobody has', 'nobod', 'wrong'],
  ['the right password of somebody who is disabled', 'ghost', passwordOf('ghost')],
  ['a wrong password of somebody who is disabled', 'ghost', 'wrong'],
  ['somebody who has no password', 'nopwd', ''],
  ['no name', '', 'wrong'],
  ['no password', 'admin', ''],
  ['the password of somebody else', 'admin', passwordOf('root')],
  ['a name with a NUL', 'adm\0n', passwordOf('admin')],
  ['a name with half a character', 'adm\ud800', 'wrong'],
  ['a name as long as the form', 'n'.repeat(9000), 'wrong'],
  ['a password as long as the form', 'admin', 'p'.repeat(9000)],
  ['a password with a space more', 'admin', `${passwordOf('admin')} `],
  ['a password in capitals', 'admin', passwordOf('admin').toUpperCase()],
  ['SQL', "' OR 1=1 --", "' OR 1=1 --"],
  ['a wildcard', 'adm%', passwordOf('admin')],
]

describe('a refused login', () => {
  test.each(REASONS)('for %s is the same bytes, the same headers, and one hash', async (_name, username, password) => {
    const application = await openApplication()
    await application.users.add({ username: 'nopwd' })
    const usual = await asJson(application, 'admin', 'quite wrong')
    const before = application.hashes()
    const answer = await asJson(application, username, password)
    expect(application.hashes() - before).toBe(1)
    expect([answer.statusCode, answer.body]).toEqual([401, REFUSED])
    const { date: _, ...headers } = answer.headers
    expect({ ...headers, date: usual.headers.date }).toEqual(usual.headers)
    expect(headers).toMatchObject({ 'www-authenticate': 'Cookie realm="ostiary"', 'cache-control': 'no-store' })
    expect(setCookies(answer)).toEqual([])
  })

  test('shows the form again, with one message whatever the reason, and without the password', async () => {
    const application = await openApplication()
    const pages = await Promise.all(
      ['admin', 'nobod', 'ghost', 'root0'].map(async (username) => {
        const answer = await asForm(application, username, 'wrong', { next: '/a', persistent: 'on' })
        expect(answer.statusCode).toBe(401)
        expect(answer.body).toContain(`value="${username}"`)
        return answer.body.replaceAll(username, 'NAME')
      }),
    )
    expect(new Set(pages).size).toBe(1)
    expect(pages[0]).toContain('User name or password is wrong.')
    expect(pages[0]).not.toContain('wrong"')
    expect(pages[0]).toContain('name="next" value="/a"')
    expect(pages[0]).toMatch(/name="persistent" value="on" checked/)
  })

  test('puts what was typed on the page as text', async () => {
    const application = await openApplication()
    const { body } = await asForm(application, '"><script>alert(1)</script>', 'x', { next: '/"><b>' })
    // The page's own script is the only one.
    expect(body.match(/<script/g)).toHaveLength(1)
    expect(body).not.toContain('<b>')
    expect(body).toContain('&quot;&gt;&lt;script&gt;')
  })

  test('is in the language of the browser', async () => {
    const application = await openApplication()
    const headers = { ...FORM, 'accept-language': 'de' }
    const answer = await application.request({
      method: 'POST',
      url: '/auth/login',
      headers,
      payload: 'username=a&password=b',
    })
    expect(answer.body).toContain('Benutzername oder Passwort ist falsch.')
  })

  test('leaves a session as it was', async () => {
    const application = await openApplication()
    const cookie = await application.signIn('viewer')
    const payload = { username: 'admin', password: 'wrong' }
    const answer = await application.request({ method: 'POST', url: '/auth/login', payload }, cookie)
    expect([answer.statusCode, setCookies(answer)]).toEqual([401, []])
    expect((await application.request('/auth/logout', cookie)).body).toContain('viewer')
  })
})

describe('a source that cannot be asked', () => {
  const down = defineUserSource('down', async () => {
    throw new Error('ldap://10.0.0.7 refused the connection')
  })

  test('is an outage: 503 and when to try again, never a wrong password', async () => {
    const application = await openApplication({ auth: { sources: [down] } })
    const answer = await asJson(application, 'admin', passwordOf('admin'))
    expect([answer.statusCode, answer.body]).toEqual([503, UNAVAILABLE])
    expect(answer.headers).toMatchObject({ 'retry-after': '10', 'cache-control': 'no-store' })
    expect(answer.headers['www-authenticate']).toBeUndefined()
    expect(setCookies(answer)).toEqual([])
  })

  test('gets a page that says it has nothing to do with the password, and nothing of the reason', async () => {
    const application = await openApplication({ auth: { sources: [down] } })
    const answer = await asForm(application, 'admin', 'x')
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('10')
    expect(answer.body).toContain('This has nothing to do with your password.')
    expect(answer.body).not.toMatch(/ldap|10\.0\.0\.7|down/)
  })

  test('does not stand in the way of one that accepts', async () => {
    const other = defineUserSource('other', async ({ username }) => (username === 'anna' ? { name: 'anna' } : null))
    const application = await openApplication({ auth: { sources: [down, other] } })
    expect((await asJson(application, 'anna', 'x')).statusCode).toBe(200)
    expect((await asJson(application, 'bert', 'x')).statusCode).toBe(503)
  })

  test('in time is one that cannot be asked', async () => {
    const slow = defineUserSource('slow', () => new Promise(() => {}), { deadline: '20ms' })
    const application = await openApplication({ auth: { sources: [slow] } })
    expect((await asJson(application, 'anna', 'x')).statusCode).toBe(503)
  })
})

test('a store that cannot keep a session is an outage of the login', async () => {
  const application = await openApplication()
  const hashes = application.hashes()
  application.store.down = true
  expect((await asJson(application, 'admin', passwordOf('admin'))).statusCode).toBe(503)
  // Whatever the password is: it is not even looked at.
  expect((await asJson(application, 'admin', 'wrong')).statusCode).toBe(503)
  expect(application.hashes()).toBe(hashes)
})

test('more logins than can be hashed are told to come again; those that fit are answered', async () => {
  const argon2 = { memoryKiB: 32_768, iterations: 3, parallelism: 1 }
  const application = await openApplication({ passwords: { argon2, maxConcurrent: 1, maxQueued: 1 } })
  const before = application.hashes()
  const answers = await Promise.all(Array.from({ length: 12 }, () => asJson(application, 'admin', 'wrong')))
  const [refused, busy] = [401, 503].map((status) => answers.filter(({ statusCode }) => statusCode === status))
  expect(refused?.length).toBeGreaterThanOrEqual(2)
  expect(busy?.length).toBeGreaterThanOrEqual(1)
  expect((refused?.length ?? 0) + (busy?.length ?? 0)).toBe(12)
  expect(application.hashes() - before).toBe(refused?.length)
  for (const answer of busy ?? []) {
    expect(answer.body).toBe(UNAVAILABLE)
    expect(answer.headers['retry-after']).toBe('10')
  }
  expect((await asJson(application, 'admin', passwordOf('admin'))).statusCode).toBe(200)
})

test('an account that fits into no cookie is a fault of the application: 500, without a word about why', async () => {
  const big = defineUserSource('big', async () => ({ name: 'anna', properties: { picture: 'x'.repeat(4000) } }))
  const application = await openApplication({ auth: { sources: [big] } })
  for (const answer of [await asJson(application, 'anna', 'x'), await asForm(application, 'anna', 'x')]) {
    expect(answer.statusCode).toBe(500)
    expect(answer.body).toBe('{"type":"about:blank","title":"Internal Server Error","status":500}')
    expect(setCookies(answer)).toEqual([])
  }
})
