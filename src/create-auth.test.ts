import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { AuthOptions } from './auth-options.ts'
import { type Auth, createAuth } from './create-auth.ts'
import { ConfigurationError, UnknownRoleError } from './errors.ts'
import { definePermission } from './policy/permission.ts'
import { defineRole } from './policy/role.ts'
import { generateSecret } from './sessions/keyring.ts'
import { localUsers } from './sql/local-users.ts'
import { openDatabase } from './sql/open-database.ts'
import { sqlSessions } from './sql/sql-sessions.ts'
import { fixedClock } from './testing/fixed-clock.ts'
import type { AccountInput } from './users/account.ts'
import type { User } from './users/user.ts'
import { defineUserSource, type UserSource } from './users/user-source.ts'

const VIEW = definePermission({ name: 'view', description: 'd' })
const EDIT = definePermission({ name: 'edit', description: 'd' })
const VIEWER = defineRole({ name: 'Viewer', description: 'd', permissions: [VIEW] })
const ADMIN = defineRole({ name: 'Administrator', description: 'd', permissions: [VIEW, EDIT] })

const CONNECTION = { https: true, hostname: 'app.example.org' }
const REQUEST = { method: 'POST', path: '/auth/login', headers: {}, clientAddress: '192.0.2.7' }

function source(name: string, account: Partial<AccountInput> = {}, given: Partial<UserSource> = {}): UserSource {
  const authenticate = async ({ username }: { username: string }) => ({ name: username, description: name, ...account })
  return defineUserSource(name, authenticate, given)
}

async function open(options: Partial<AuthOptions> = {}): Promise<Auth> {
  const auth = createAuth({
    roles: [VIEWER, ADMIN],
    ...options,
    sessions: { secret: generateSecret(), ...options.sessions },
  })
  onTestFinished(() => auth.close())
  await auth.ready()
  return auth
}

/** Signs in, and returns the cookie as a browser sends it. */
async function signIn(auth: Auth, username = 'anna', password = 'correct horse') {
  const form = { username, password, persistent: false, next: undefined, fields: { username, password } }
  const result = await auth.signIn(form, REQUEST, null)
  if (result.outcome !== 'signed-in') return expect.fail(`not signed in: ${result.outcome}`)
  const cookieHeader = auth.setCookie(result, CONNECTION).split(';')[0] ?? ''
  return { user: result.user, cookieHeader }
}

async function whoIs(auth: Auth, cookieHeader: string): Promise<User> {
  return (await auth.identify({ cookieHeader, connection: CONNECTION })).user
}

function warnings() {
  const spy = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => spy.mockRestore())
  return spy.mock.calls as unknown as [string, { code: string }][]
}

function environment(variables: Record<string, string | undefined>) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

describe('the parts', () => {
  test('are there to be looked at, and cannot be changed', async () => {
    const kiosk = source('kiosk')
    const auth = await open({ sources: [kiosk], permissions: [EDIT] })
    expect(auth.roles).toEqual([VIEWER, ADMIN])
    expect(new Set(auth.permissions)).toEqual(new Set([VIEW, EDIT]))
    expect(auth.sources).toEqual([kiosk])
    expect(auth.users).toBeUndefined()
    expect(auth.sessions.storeName).toBe('memory')
    expect(() => Object.assign(auth, { sources: [] })).toThrow(TypeError)
    expect(() => Object.assign(auth.sessions, { revoke: async () => 0 })).toThrow(TypeError)
  })

  test.each<[string, unknown]>([
    ['no roles', {}],
    ['roles by name', { roles: ['Viewer'] }],
    ['sources that are none', { roles: [], sources: [{ name: 'kiosk' }] }],
    ['two sources of one name', { roles: [], sources: [source('kiosk'), source('kiosk')] }],
    ['a deadline that is none', { roles: [], sources: [source('kiosk')], sourceDeadline: 'soon' }],
    ['an idle time that is none', { roles: [], sessions: { idle: '0s' } }],
    ['a cookie without a name', { roles: [], sessions: { cookie: { name: '' } } }],
  ])('with %s are a configuration error', (_, options) => {
    expect(() => createAuth(options as AuthOptions)).toThrow(ConfigurationError)
  })

  test('are made without touching disk or network', () => {
    const touched = vi.fn(async () => {})
    createAuth({
      roles: [],
      sources: [source('kiosk', {}, { ready: touched })],
      sessions: { secret: generateSecret() },
    })
    expect(touched).not.toHaveBeenCalled()
  })
})

describe('two Auths in one process', () => {
  test('know nothing of each other', async () => {
    const secret = generateSecret()
    const one = await open({ sources: [source('kiosk')], application: 'one', sessions: { secret } })
    const two = await open({ sources: [source('kiosk')], application: 'two', sessions: { secret } })
    const heard: string[] = []
    two.on('*', ({ type }) => heard.push(type))
    const { cookieHeader } = await signIn(one)
    expect((await whoIs(one, cookieHeader)).name).toBe('anna')
    expect((await whoIs(two, cookieHeader)).isAnonymous).toBe(true)
    expect(heard).toEqual([])
  })

  test('may have different roles of one name', async () => {
    const other = defineRole({ name: 'Viewer', description: 'd', permissions: [EDIT] })
    const one = await open({ sources: [source('kiosk', { roles: ['Viewer'] })] })
    const two = await open({ roles: [other], sources: [source('kiosk', { roles: ['Viewer'] })] })
    expect([...(await signIn(one)).user.permissionNames]).toEqual(['view'])
    expect([...(await signIn(two)).user.permissionNames]).toEqual(['edit'])
  })
})

describe('withSource', () => {
  const names = (auth: Auth) => auth.sources.map(({ name }) => name)

  test('puts a source last, or where it is told to, and leaves the first Auth as it was', async () => {
    const auth = await open({ sources: [source('one'), source('two')] })
    expect(names(auth.withSource(source('new')))).toEqual(['one', 'two', 'new'])
    expect(names(auth.withSource(source('new'), 0))).toEqual(['new', 'one', 'two'])
    expect(names(auth.withSource(source('new'), 1))).toEqual(['one', 'new', 'two'])
    expect(names(auth.withSource(source('a'), 0).withSource(source('b'), 0))).toEqual(['b', 'a', 'one', 'two'])
    expect(names(auth)).toEqual(['one', 'two'])
    expect(() => auth.withSource(source('two'))).toThrow('Two sources are called "two"')
  })

  test('asks it in its place', async () => {
    const auth = await open({ sources: [source('one')] })
    expect((await signIn(auth.withSource(source('new')))).user.source).toBe('one')
    expect((await signIn(auth.withSource(source('new'), 0))).user.source).toBe('new')
  })

  test('shares sessions, revocations and events', async () => {
    const auth = await open({ sources: [source('one')] })
    const more = auth.withSource(source('new'))
    await more.ready()
    const heard: string[] = []
    auth.on('*', ({ type }) => heard.push(type))
    const { cookieHeader } = await signIn(more)
    expect((await whoIs(auth, cookieHeader)).name).toBe('anna')
    expect(await auth.sessions.revoke({ user: 'one:anna' })).toBe(1)
    expect((await whoIs(more, cookieHeader)).isAnonymous).toBe(true)
    expect(heard).toEqual(['login.succeeded', 'session.revoked'])
  })

  test('does not make the first Auth believe people of a source that it does not have', async () => {
    const auth = await open({ sources: [source('one')] })
    const more = auth.withSource(source('new'), 0)
    await more.ready()
    const { cookieHeader } = await signIn(more)
    expect((await whoIs(more, cookieHeader)).source).toBe('new')
    expect((await whoIs(auth, cookieHeader)).isAnonymous).toBe(true)
  })
})

describe('alwaysSuperuser', () => {
  test('is off unless somebody turns it on', async () => {
    environment({ OSTIARY_ALWAYS_SUPERUSER: undefined })
    const auth = await open({ sources: [source('kiosk')] })
    expect((await signIn(auth)).user.isSuperuser).toBe(false)
  })

  test.each(['', '0', 'false', 'no', 'off', 'superuser'])('is off in an environment that says %j', async (value) => {
    environment({ OSTIARY_ALWAYS_SUPERUSER: value })
    const auth = await open({ sources: [source('kiosk')] })
    expect(auth.sources).toHaveLength(1)
  })

  test.each(['1', 'true', 'YES', 'on'])('is on in an environment that says %j, with a loud warning', async (value) => {
    const warned = warnings()
    environment({ OSTIARY_ALWAYS_SUPERUSER: value })
    const auth = await open({ sources: [defineUserSource('nobody', async () => null)] })
    expect(warned).toEqual([
      [expect.stringMatching(/^DANGER/), { type: 'OstiaryWarning', code: 'OSTIARY_ALWAYS_SUPERUSER' }],
    ])
    for (const [username, password] of [
      ['anna', 'wrong'],
      ['', ''],
      ['x'.repeat(500), 'x'],
    ] as const) {
      const { user } = await signIn(auth, username, password)
      expect(user.isSuperuser).toBe(true)
      expect(user.hasRole(ADMIN)).toBe(true)
    }
  })

  test('is what the code says, whatever the environment does', async () => {
    warnings()
    environment({ OSTIARY_ALWAYS_SUPERUSER: 'true' })
    expect((await open({ alwaysSuperuser: false })).sources).toEqual([])
    environment({ OSTIARY_ALWAYS_SUPERUSER: 'false' })
    expect((await open({ alwaysSuperuser: true })).sources).toHaveLength(1)
  })

  test.each([
    ['code', { alwaysSuperuser: true }, undefined],
    ['environment', {}, '1'],
  ])('by %s stops the start in production', (_, options, value) => {
    environment({ NODE_ENV: 'production', OSTIARY_ALWAYS_SUPERUSER: value })
    expect(() => createAuth({ roles: [], sessions: { secret: generateSecret() }, ...options })).toThrow(
      /OSTIARY_ALWAYS_SUPERUSER.*refused in production/,
    )
  })
})

describe('the secret', () => {
  const make = (secret?: string | readonly string[]) => createAuth({ roles: [], sessions: { secret } })

  test('is a must in production', () => {
    environment({ NODE_ENV: 'production', OSTIARY_SECRET: undefined })
    expect(() => createAuth({ roles: [] })).toThrow(ConfigurationError)
    expect(() => make('')).toThrow(/no session secret.*npx ostiary secret.*OSTIARY_SECRET/s)
    environment({ OSTIARY_SECRET: '' })
    expect(() => make()).toThrow(ConfigurationError)
    environment({ OSTIARY_SECRET: generateSecret() })
    expect(() => make()).not.toThrow()
  })

  test('is made up in development, with one warning that comes with the first use', async () => {
    const warned = warnings()
    environment({ NODE_ENV: undefined, OSTIARY_SECRET: undefined })
    const auth = make()
    onTestFinished(() => auth.close())
    expect(warned).toEqual([])
    await auth.ready()
    await auth.ready()
    expect(warned.map(([, { code }]) => code)).toEqual(['OSTIARY_MADE_UP_SECRET'])
  })

  test.each<[string, string | string[]]>([
    ['short', 'too-short-to-be-a-secret'],
    ['an example', 'please-change-me-please-change-me-7'],
    ['another example', 'this is an example of a secret 12345'],
    ['one character again and again', 'x'.repeat(64)],
    ['a short text again and again', 'abcabc'.repeat(12)],
    ['counting', '0123456789012345678901234567890123456789'],
    ['blank', ' '.repeat(40)],
    ['no secret at all', []],
    ['only commas', ',,,'],
    ['a good one and a short one', [generateSecret(), 'k7q-short']],
    ['a good one and an example', `${generateSecret()},please-change-me-please-change-me-7`],
  ])('is refused in development too when it is %s, without being shown', (_, secret) => {
    for (const NODE_ENV of ['development', 'production']) {
      environment({ NODE_ENV })
      try {
        make(secret)
        expect.fail('it was not refused')
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError)
        for (const each of [secret].flat()) if (each) expect((error as Error).message).not.toContain(each)
      }
    }
  })

  test('is refused when it stands in the list twice', () => {
    const secret = generateSecret()
    expect(() => make([secret, generateSecret(), secret])).toThrow(/secret 3 of 3 stands in the list twice/)
    expect(() => make(`${secret}, ${secret}`)).toThrow(ConfigurationError)
  })

  test('may be replaced while old cookies are still believed', async () => {
    const [old, next] = [generateSecret(), generateSecret()]
    const shared = { sources: [source('kiosk')] }
    const database = openDatabase('sqlite::memory:')
    onTestFinished(() => database.close())
    const store = sqlSessions(database)
    const before = await open({ ...shared, sessions: { secret: old, store } })
    const during = await open({ ...shared, sessions: { secret: `${next},${old}`, store } })
    const after = await open({ ...shared, sessions: { secret: next, store } })
    const { cookieHeader } = await signIn(before)
    expect((await whoIs(during, cookieHeader)).name).toBe('anna')
    expect((await whoIs(after, cookieHeader)).isAnonymous).toBe(true)
    expect((await whoIs(after, (await signIn(during)).cookieHeader)).name).toBe('anna')
  })
})

describe('a role name that the code does not declare', () => {
  test('is dropped, with exactly one warning however often it comes', async () => {
    const warned = warnings()
    const auth = await open({ sources: [source('kiosk', { roles: ['Root', 'Viewer', 'viewer'] })] })
    for (let login = 0; login < 5; login += 1) {
      const { user, cookieHeader } = await signIn(auth)
      expect([...user.roleNames]).toEqual(['Viewer'])
      expect([...(await whoIs(auth, cookieHeader)).roleNames]).toEqual(['Viewer'])
    }
    expect(warned.map(([message]) => message)).toEqual([
      'A source gives the role "Root", which the code does not declare. It is ignored.',
      'A source gives the role "viewer", which the code does not declare. It is ignored.',
    ])
    expect(warned.map(([, { code }]) => code)).toEqual(['OSTIARY_ROLE_IGNORED', 'OSTIARY_ROLE_IGNORED'])
  })

  test('in endless variation does not warn without end', async () => {
    const warned = warnings()
    const roles = Array.from({ length: 300 }, (_, index) => `role ${index}`)
    const many = defineUserSource('many', async ({ username }) => ({ name: username, roles: [roles.pop() ?? ''] }))
    const auth = await open({ sources: [many] })
    for (let login = 0; login < 300; login += 1) await signIn(auth)
    expect(warned).toHaveLength(100)
  })
})

describe('what happens to a managed account', () => {
  const QUICK = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } } as const

  async function openWithUsers() {
    const database = openDatabase('sqlite::memory:')
    onTestFinished(() => database.close())
    const clock = fixedClock()
    const local = localUsers(database, { passwords: QUICK, passwordPolicy: 'none' })
    const auth = await open({ sources: [local], clock, sessions: { store: sqlSessions(database, { clock }) } })
    const users = auth.users ?? expect.fail('there is no user management')
    await users.add({ username: 'anna', password: 'correct horse', roles: [VIEWER] })
    await users.add({ username: 'bert', password: 'correct horse', roles: [VIEWER] })
    const anna = await signIn(auth, 'anna')
    const bert = await signIn(auth, 'bert')
    return {
      auth,
      users,
      clock,
      anna: () => whoIs(auth, anna.cookieHeader),
      bert: () => whoIs(auth, bert.cookieHeader),
    }
  }

  test.each(['setPassword', 'disable', 'delete'] as const)(
    '%s ends its sessions at once, and no others',
    async (what) => {
      const { users, anna, bert } = await openWithUsers()
      expect((await anna()).name).toBe('anna')
      await (what === 'setPassword' ? users.setPassword('anna', 'battery staple') : users[what]('anna'))
      expect((await anna()).isAnonymous).toBe(true)
      expect((await bert()).name).toBe('bert')
    },
  )

  test('setRoles takes effect on live sessions at once, both ways, and ends none', async () => {
    const { users, anna } = await openWithUsers()
    await users.setRoles('anna', [ADMIN])
    expect((await anna()).hasPermission(EDIT)).toBe(true)
    await users.setRoles('anna', [])
    expect((await anna()).hasPermission(VIEW)).toBe(false)
    expect((await anna()).name).toBe('anna')
  })

  test('setSuperuser takes effect on live sessions at once, both ways', async () => {
    const { users, anna } = await openWithUsers()
    await users.setSuperuser('anna', true)
    expect((await anna()).isSuperuser).toBe(true)
    await users.setSuperuser('anna', false)
    expect((await anna()).isSuperuser).toBe(false)
  })

  test('enabling brings no ended session back', async () => {
    const { users, anna } = await openWithUsers()
    await users.disable('anna')
    await users.enable('anna')
    expect((await anna()).isAnonymous).toBe(true)
  })

  test('whoever is deleted and added again does not take over the old session', async () => {
    const { users, anna } = await openWithUsers()
    await users.delete('anna')
    await users.add({ username: 'anna', password: 'correct horse', roles: [ADMIN] })
    expect((await anna()).isAnonymous).toBe(true)
  })

  test('with a new password one can sign in again, in the very same moment', async () => {
    const { auth, users } = await openWithUsers()
    await users.setPassword('anna', 'battery staple')
    const { cookieHeader } = await signIn(auth, 'anna', 'battery staple')
    expect((await whoIs(auth, cookieHeader)).name).toBe('anna')
  })

  test('is in the audit, with what it ended', async () => {
    const { auth, users } = await openWithUsers()
    const events: unknown[] = []
    auth.on('*', ({ at: _, ...event }) => events.push(event))
    const anna = await users.get('anna')
    const user = `local:${anna?.id}`
    await users.setRoles('anna', [ADMIN])
    await users.setPassword('anna', 'battery staple')
    expect(events).toEqual([
      { type: 'user.changed', change: 'roles', user, userName: 'anna' },
      { type: 'user.changed', change: 'password', user, userName: 'anna' },
      { type: 'session.revoked', target: { user }, ended: 1 },
    ])
    expect(JSON.stringify(events)).not.toContain('battery staple')
  })

  test('knows the roles of the code', async () => {
    const { users } = await openWithUsers()
    await expect(users.setRoles('anna', ['Adminstrator'])).rejects.toThrow(UnknownRoleError)
    await expect(users.setRoles('anna', ['Adminstrator'])).rejects.toThrow('The roles are: Viewer, Administrator.')
  })

  test('takes effect once and everywhere when a source was added later', async () => {
    const { auth, users } = await openWithUsers()
    const more = auth.withSource(source('new'))
    await more.ready()
    const events: string[] = []
    auth.on('user.changed', ({ change }) => events.push(change))
    const { cookieHeader } = await signIn(more, 'anna')
    await users.disable('anna')
    expect(events).toEqual(['disabled'])
    expect((await whoIs(more, cookieHeader)).isAnonymous).toBe(true)
    expect((await whoIs(auth, cookieHeader)).isAnonymous).toBe(true)
  })
})

describe('ready', () => {
  test('makes every source ready once, however often it is awaited', async () => {
    const ready = vi.fn(async () => {})
    const auth = await open({ sources: [source('one', {}, { ready }), source('two')] })
    await Promise.all([auth.ready(), auth.ready()])
    expect(ready).toHaveBeenCalledTimes(1)
  })

  test('fails with a source that cannot be made ready, and tries again the next time', async () => {
    let down = true
    const ready = vi.fn(async () => {
      if (down) throw new Error('no route to host')
    })
    const auth = createAuth({
      roles: [],
      sources: [source('one', {}, { ready })],
      sessions: { secret: generateSecret() },
    })
    onTestFinished(() => auth.close())
    await expect(auth.ready()).rejects.toThrow('no route to host')
    await expect(auth.ready()).rejects.toThrow('no route to host')
    down = false
    await auth.ready()
    await auth.ready()
    expect(ready).toHaveBeenCalledTimes(3)
  })

  test('closing lets go of every source', async () => {
    const close = vi.fn(async () => {})
    const auth = await open({ sources: [source('one', {}, { close }), source('two', {}, { close })] })
    await auth.close()
    expect(close).toHaveBeenCalledTimes(2)
  })
})

describe('logs of the application', () => {
  test('may be one or several, and get every event', async () => {
    const kept: string[] = []
    const log = { record: ({ type }: { type: string }) => void kept.push(type) }
    await signIn(await open({ sources: [source('kiosk')], audit: log }))
    await signIn(await open({ sources: [source('kiosk')], audit: [log, log] }))
    expect(kept).toEqual(['login.succeeded', 'login.succeeded', 'login.succeeded'])
  })

  test('never get a password', async () => {
    const kept: unknown[] = []
    const refusing = defineUserSource('kiosk', async () => null)
    const auth = await open({ sources: [refusing], audit: { record: (event) => void kept.push(event) } })
    const fields = { username: 'anna', password: 'hunter2', pin: 'hunter2' }
    const request = { ...REQUEST, headers: { cookie: 'hunter2' } }
    const form = { username: 'anna', password: 'hunter2', persistent: false, next: '/?p=hunter2', fields }
    expect(await auth.signIn(form, request, null)).toEqual({ outcome: 'refused' })
    expect(kept).toMatchObject([{ type: 'login.failed', username: 'anna' }])
    expect(JSON.stringify(kept)).not.toContain('hunter2')
  })
})

test('a requirement that nobody could meet is an error at the start', async () => {
  const auth = await open()
  const namesake = defineRole({ name: 'Viewer', description: 'd', permissions: [] })
  expect(() => auth.assertKnown({ roles: [VIEWER] }, 'GET /')).not.toThrow()
  expect(() => auth.assertKnown({ roles: [namesake] }, 'GET /')).toThrow(/^GET \/ asks for the role "Viewer"/)
})
