import { describe, expect, test, vi } from 'vitest'
import { ADMIN, EDIT, passwordOf, VIEW, VIEWER } from '../application/test-auth.ts'
import { smallBrowser } from '../oidc/small-browser.ts'
import { openTokens } from './open-tokens.ts'

const bearer = (token: string) => `Bearer ${token}`
const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

describe.each(['fastify', 'hono'] as const)('a token, with %s', (framework) => {
  test('does what its user may do, or what its scopes leave of it', async () => {
    const { ask, idOf, tokens } = await openTokens({ framework })
    const whole = await tokens.create({ userId: await idOf('admin'), name: 'whole' })
    const scoped = await tokens.create({ userId: await idOf('admin'), name: 'scoped', scopes: [VIEW] })
    expect(await ask('/edit', bearer(whole.token))).toMatchObject({ status: 200, body: 'edited by admin' })
    expect(await ask('/view', bearer(scoped.token))).toMatchObject({ status: 200, body: 'seen by admin' })
    expect((await ask('/edit', bearer(scoped.token))).status).toBe(403)
  })

  test('that is invalid is 401, whatever the cookie beside it says', async () => {
    const { ask, origin } = await openTokens({ framework })
    const browser = smallBrowser()
    await browser.visit(`${origin}/auth/login`, { form: { username: 'admin', password: passwordOf('admin') } })
    const cookie = [...browser.cookies(origin)].map(([name, value]) => `${name}=${value}`).join('; ')
    expect((await ask('/edit', undefined, { headers: { cookie } })).status).toBe(200)
    const refused = await ask('/edit', bearer('harbour_nonsense'), { headers: { cookie } })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="ostiary", error="invalid_token"')
  })
})

describe('what a token may do', () => {
  test('follows the roles of its user at the end of a lease, and at once where the change is ours', async () => {
    const { ask, auth, idOf, tokens } = await openTokens()
    const { token } = await tokens.create({ userId: await idOf('admin'), name: 'x', scopes: [VIEW, EDIT] })
    expect((await ask('/edit', bearer(token))).status).toBe(200)
    await auth.users?.setRoles('admin', [VIEWER])
    expect((await ask('/edit', bearer(token))).status).toBe(403)
    expect((await ask('/view', bearer(token))).status).toBe(200)
    await auth.users?.setRoles('admin', [ADMIN])
    expect((await ask('/edit', bearer(token))).status).toBe(200)
  })

  test('is never wider than its scopes: no roles, no superuser, no recent login, no second factor', async () => {
    const { ask, idOf, tokens } = await openTokens()
    const { token } = await tokens.create({ userId: await idOf('root'), name: 'x', scopes: [VIEW] })
    expect((await ask('/view', bearer(token))).status).toBe(200)
    for (const path of ['/edit', '/admin', '/recent', '/strong', '/password'])
      expect([path, (await ask(path, bearer(token))).status]).not.toEqual([path, 200])
    const none = await tokens.create({ userId: await idOf('root'), name: 'none', scopes: [] })
    expect((await ask('/view', bearer(none.token))).status).toBe(403)
    const whole = await tokens.create({ userId: await idOf('admin'), name: 'whole' })
    expect((await ask('/admin', bearer(whole.token))).status).toBe(200)
    for (const path of ['/recent', '/strong', '/password'])
      expect([path, (await ask(path, bearer(whole.token))).status]).toEqual([path, 401])
  })

  test('leaves out making and ending tokens', async () => {
    const { ask, idOf, tokens } = await openTokens()
    const { token, id } = await tokens.create({ userId: await idOf('admin'), name: 'x' })
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'y', id }),
    }
    expect((await ask('/auth/tokens', bearer(token), init)).status).toBe(401)
    expect((await ask('/auth/tokens/revoke', bearer(token), init)).status).toBe(403)
    expect((await tokens.list(await idOf('admin'))).map(({ name }) => name)).toEqual(['x'])
  })
})

describe('the end of a token', () => {
  test('holds at once here, and within a second on another node', async () => {
    const { another, ask, idOf, tokens } = await openTokens()
    const other = await another()
    const userId = await idOf('viewer')
    const { token, id } = await tokens.create({ userId, name: 'x' })
    expect([(await ask('/view', bearer(token))).status, (await other.ask('/view', bearer(token))).status]).toEqual([
      200, 200,
    ])
    expect(await tokens.revoke('local:somebody-else', id)).toBe(false)
    expect(await tokens.revoke(userId, id)).toBe(true)
    expect((await ask('/view', bearer(token))).status).toBe(401)
    await vi.waitFor(async () => expect((await other.ask('/view', bearer(token))).status).toBe(401), { timeout: 1000 })
    expect(await tokens.revoke(userId, id)).toBe(false)
  })

  test.each(['disable', 'delete', 'password'] as const)('comes with: %s of the user', async (what) => {
    const { ask, auth, idOf, tokens } = await openTokens()
    const { token } = await tokens.create({ userId: await idOf('viewer'), name: 'x' })
    expect((await ask('/view', bearer(token))).status).toBe(200)
    if (what === 'password') await auth.users?.setPassword('viewer', 'another password')
    else await auth.users?.[what]('viewer')
    expect((await ask('/view', bearer(token))).status).toBe(401)
    if (what === 'disable') await auth.users?.enable('viewer')
    expect((await ask('/view', bearer(token))).status).toBe(401)
  })

  test('comes with its time, to the millisecond of the lease or not', async () => {
    const { advance, ask, idOf, tokens } = await openTokens()
    const { token, expiresAt } = await tokens.create({ userId: await idOf('viewer'), name: 'x' })
    advance(expiresAt - Date.now() - 20_000)
    expect((await ask('/view', bearer(token))).status).toBe(200)
    advance(20_000)
    expect((await ask('/view', bearer(token))).status).toBe(401)
  })
})

describe('costs', () => {
  test('a request within the lease asks no store and no source', async () => {
    const { advance, ask, calls, idOf, tokens } = await openTokens()
    const { token } = await tokens.create({ userId: await idOf('viewer'), name: 'x' })
    await ask('/view', bearer(token))
    const before = calls()
    for (let index = 0; index < 20; index += 1) expect((await ask('/view', bearer(token))).status).toBe(200)
    expect(calls()).toBe(before)
    advance(61_000)
    expect((await ask('/view', bearer(token))).status).toBe(200)
    expect(calls()).toBeGreaterThan(before)
  })

  test('parallel first requests share one check, and a mistyped token costs none', async () => {
    const { ask, calls, idOf, tokens } = await openTokens()
    const { token } = await tokens.create({ userId: await idOf('viewer'), name: 'x' })
    await ask('/view')
    let before = calls()
    await ask('/view', bearer(token))
    const one = calls() - before
    const second = await tokens.create({ userId: await idOf('viewer'), name: 'y' })
    before = calls()
    await Promise.all(Array.from({ length: 20 }, () => ask('/view', bearer(second.token))))
    expect(calls() - before).toBe(one)
    before = calls()
    expect((await ask('/view', bearer(`${token.slice(0, -1)}#`))).status).toBe(401)
    expect(calls()).toBe(before)
  })
})

test.each([
  'Bearer',
  'Bearer ',
  'bearer x',
  'Bearer\tx',
  'Bearer x, Bearer y',
  `Bearer ${'x'.repeat(7000)}`,
  'Bearer ostiary_000000000000000000000000000000000000000',
])('the header %j is 401, and leaves no trace of itself', async (header) => {
  const { ask, events } = await openTokens()
  expect((await ask('/view', header)).status).toBe(401)
  expect((await ask('/open', header)).status).toBe(401)
  expect(JSON.stringify(events)).not.toContain('xxxx')
})

test('a token stands in no event, no list and no store', async () => {
  const { ask, events, idOf, tokens } = await openTokens()
  const { token } = await tokens.create({ userId: await idOf('viewer'), name: 'x' })
  await ask('/view', bearer(token))
  await ask('/edit', bearer(token))
  expect(JSON.stringify([events, await tokens.list(await idOf('viewer'))])).not.toContain(token.slice(8))
})

test('the endpoint that tells who is signed in knows tokens, too', async () => {
  const { ask, idOf, tokens } = await openTokens()
  const { token } = await tokens.create({ userId: await idOf('viewer'), name: 'x' })
  expect(JSON.parse((await ask('/auth/session', bearer(token))).body)).toMatchObject({ user: { name: 'viewer' } })
  expect((await ask('/auth/session', bearer('nonsense'))).status).toBe(401)
  expect(JSON.parse((await ask('/auth/session')).body)).toMatchObject({ user: null })
})

test('ticked permissions limit a token, whatever else the form says', async () => {
  const { ask, origin } = await openTokens()
  const browser = smallBrowser()
  await browser.visit(`${origin}/auth/login`, { form: { username: 'admin', password: passwordOf('admin') } })
  const made = await browser.visit(`${origin}/auth/tokens`, { form: { name: 'x', days: '30', 'scope:view': 'on' } })
  const token = /<code>(harbour_\w+)<\/code>/.exec(made.html)?.[1] ?? ''
  expect((await ask('/view', bearer(token))).status).toBe(200)
  expect((await ask('/edit', bearer(token))).status).toBe(403)
})

test.each(['Basic', 'Basic ', 'Bearer'])(
  'the header %j decides alone: the cookie beside it is not looked at',
  async (header) => {
    const { ask, origin } = await openTokens()
    const browser = smallBrowser()
    await browser.visit(`${origin}/auth/login`, { form: { username: 'admin', password: passwordOf('admin') } })
    const cookie = [...browser.cookies(origin)].map(([name, value]) => `${name}=${value}`).join('; ')
    expect((await ask('/edit', header, { headers: { cookie } })).status).toBe(401)
  },
)

test('another scheme is left to others: the cookie counts', async () => {
  const { ask } = await openTokens()
  expect(await ask('/open', 'Digest username="x"')).toMatchObject({ status: 200, body: 'open to anonymous' })
})

describe('Basic', () => {
  test('signs in for the request, and asks the sources once a lease', async () => {
    const { advance, ask, calls } = await openTokens()
    const header = basic('viewer', passwordOf('viewer'))
    expect(await ask('/view', header)).toMatchObject({ status: 200, body: 'seen by viewer' })
    const before = calls()
    for (let index = 0; index < 5; index += 1) expect((await ask('/view', header)).status).toBe(200)
    expect(calls()).toBe(before)
    advance(61_000)
    expect((await ask('/view', header)).status).toBe(200)
    expect(calls()).toBeGreaterThan(before)
    expect((await ask('/recent', header)).status).toBe(401)
    expect((await ask('/password', header)).status).toBe(401)
  })

  test('with a wrong password is 401 with a challenge, counted like a login', async () => {
    const { advance, ask } = await openTokens({ auth: { throttle: { refusalFloor: 0, wait: async () => {} } } })
    const refused = await ask('/view', basic('viewer', 'wrong'))
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="ostiary", charset="UTF-8"')
    for (let index = 0; index < 30; index += 1)
      expect((await ask('/view', basic('viewer', `wrong ${index}`))).status).toBe(401)
    expect((await ask('/view', basic('viewer', passwordOf('viewer')))).status).toBe(401)
    advance(24 * 60 * 60_000)
    expect((await ask('/view', basic('viewer', passwordOf('viewer')))).status).toBe(200)
  })

  test('is forgotten with a new password', async () => {
    const { ask, auth } = await openTokens()
    const header = basic('viewer', passwordOf('viewer'))
    expect((await ask('/view', header)).status).toBe(200)
    await auth.users?.setPassword('viewer', 'another password')
    expect((await ask('/view', header)).status).toBe(401)
    expect((await ask('/view', basic('viewer', 'another password'))).status).toBe(200)
  })

  test.each(['Basic', 'Basic !!!', 'Basic dmlld2Vy', `Basic ${Buffer.from([0xff, 0x3a, 0x61]).toString('base64')}`])(
    'as %j is no way in',
    async (header) => {
      const { ask } = await openTokens()
      expect((await ask('/view', header)).status).not.toBe(200)
    },
  )
})

test('a page makes a token without scripts, shows it once, and ends it', async () => {
  const { ask, origin } = await openTokens()
  const browser = smallBrowser()
  await browser.visit(`${origin}/auth/login`, { form: { username: 'admin', password: passwordOf('admin') } })
  const form = { name: 'Backup <script>', days: '30', limited: 'on', 'scope:view': 'on' }
  const made = await browser.visit(`${origin}/auth/tokens`, { form })
  const token = /<code>(harbour_\w+)<\/code>/.exec(made.html)?.[1] ?? ''
  expect((await ask('/view', bearer(token))).status).toBe(200)
  expect((await ask('/edit', bearer(token))).status).toBe(403)
  const list = await browser.visit(`${origin}/auth/tokens`)
  expect(list.html).not.toContain(token)
  expect(list.html).toContain('Backup &lt;script&gt;')
  const id = /name="id" value="(\w+)"/.exec(list.html)?.[1] ?? ''
  await browser.visit(`${origin}/auth/tokens/revoke`, { form: { id } })
  expect((await ask('/view', bearer(token))).status).toBe(401)
})
