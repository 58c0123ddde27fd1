import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openAuth, REQUEST, signIn, source, warnings, whoIs } from '../test/application/open-auth.ts'
import { ADMIN, EDIT, VIEW, VIEWER } from '../test/application/test-auth.ts'
import type { Auth } from './auth.ts'
import type { AuthOptions } from './auth-options.ts'
import { createAuth } from './create-auth.ts'
import { ConfigurationError } from './errors.ts'
import { defineRole } from './policy/role.ts'
import { generateSecret } from './sealing/keyring.ts'
import { defineUserSource } from './users/user-source.ts'

describe('the parts', () => {
  test('are there to be looked at, and cannot be changed', async () => {
    const kiosk = source('kiosk')
    const auth = await openAuth({ sources: [kiosk], permissions: [EDIT] })
    expect(auth.roles).toEqual([ADMIN, VIEWER])
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
    ['no session for anybody', { roles: [], sessions: { perUser: 0 } }],
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
    const one = await openAuth({ sources: [source('kiosk')], application: 'one', sessions: { secret } })
    const two = await openAuth({ sources: [source('kiosk')], application: 'two', sessions: { secret } })
    const heard: string[] = []
    two.on('*', ({ type }) => heard.push(type))
    const { cookieHeader } = await signIn(one)
    expect((await whoIs(one, cookieHeader)).name).toBe('anna')
    expect((await whoIs(two, cookieHeader)).isAnonymous).toBe(true)
    expect(heard).toEqual([])
  })

  test('may have different roles of one name', async () => {
    const other = defineRole({ name: 'Viewer', description: 'd', permissions: [EDIT] })
    const one = await openAuth({ sources: [source('kiosk', { roles: ['Viewer'] })] })
    const two = await openAuth({ roles: [other], sources: [source('kiosk', { roles: ['Viewer'] })] })
    expect([...(await signIn(one)).user.permissionNames]).toEqual(['view'])
    expect([...(await signIn(two)).user.permissionNames]).toEqual(['edit'])
  })
})

describe('withSource', () => {
  const names = (auth: Auth) => auth.sources.map(({ name }) => name)

  test('puts a source last, or where it is told to, and leaves the first Auth as it was', async () => {
    const auth = await openAuth({ sources: [source('one'), source('two')] })
    expect(names(auth.withSource(source('new')))).toEqual(['one', 'two', 'new'])
    expect(names(auth.withSource(source('new'), 0))).toEqual(['new', 'one', 'two'])
    expect(names(auth.withSource(source('new'), 1))).toEqual(['one', 'new', 'two'])
    expect(names(auth.withSource(source('a'), 0).withSource(source('b'), 0))).toEqual(['b', 'a', 'one', 'two'])
    expect(names(auth)).toEqual(['one', 'two'])
    expect(() => auth.withSource(source('two'))).toThrow('Two sources are called "two"')
  })

  test('asks it in its place', async () => {
    const auth = await openAuth({ sources: [source('one')] })
    expect((await signIn(auth.withSource(source('new')))).user.source).toBe('one')
    expect((await signIn(auth.withSource(source('new'), 0))).user.source).toBe('new')
  })

  test('shares sessions, revocations and events', async () => {
    const auth = await openAuth({ sources: [source('one')] })
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
    const auth = await openAuth({ sources: [source('one')] })
    const more = auth.withSource(source('new'), 0)
    await more.ready()
    const { cookieHeader } = await signIn(more)
    expect((await whoIs(more, cookieHeader)).source).toBe('new')
    expect((await whoIs(auth, cookieHeader)).isAnonymous).toBe(true)
  })
})

describe('a role name that the code does not declare', () => {
  test('is dropped, with exactly one warning however often it comes', async () => {
    const warned = warnings()
    const auth = await openAuth({ sources: [source('kiosk', { roles: ['Root', 'Viewer', 'viewer'] })] })
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
    const auth = await openAuth({ sources: [many] })
    for (let login = 0; login < 300; login += 1) await signIn(auth)
    expect(warned).toHaveLength(100)
  })
})

describe('ready', () => {
  test('makes every source ready once, however often it is awaited', async () => {
    const ready = vi.fn(async () => {})
    const auth = await openAuth({ sources: [source('one', {}, { ready }), source('two')] })
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
    const auth = await openAuth({ sources: [source('one', {}, { close }), source('two', {}, { close })] })
    await auth.close()
    expect(close).toHaveBeenCalledTimes(2)
  })
})

describe('logs of the application', () => {
  test('may be one or several, and get every event', async () => {
    const kept: string[] = []
    const log = { record: ({ type }: { type: string }) => void kept.push(type) }
    await signIn(await openAuth({ sources: [source('kiosk')], audit: log }))
    await signIn(await openAuth({ sources: [source('kiosk')], audit: [log, log] }))
    expect(kept).toEqual(['login.succeeded', 'login.succeeded', 'login.succeeded'])
  })

  test('never get a password', async () => {
    const kept: unknown[] = []
    const refusing = defineUserSource('kiosk', async () => null)
    const auth = await openAuth({ sources: [refusing], audit: { record: (event) => void kept.push(event) } })
    const fields = { username: 'anna', password: 'hunter2', pin: 'hunter2' }
    const request = { ...REQUEST, headers: { cookie: 'hunter2' } }
    const form = { username: 'anna', password: 'hunter2', persistent: false, next: '/?p=hunter2', fields }
    expect(await auth.signIn(form, request, null)).toEqual({ outcome: 'refused' })
    expect(kept).toMatchObject([{ type: 'login.failed', username: 'anna' }])
    expect(JSON.stringify(kept)).not.toContain('hunter2')
  })
})

test('a requirement that nobody could meet is an error at the start', async () => {
  const auth = await openAuth()
  const namesake = defineRole({ name: 'Viewer', description: 'd', permissions: [] })
  expect(() => auth.assertKnown({ roles: [VIEWER] }, 'GET /')).not.toThrow()
  expect(() => auth.assertKnown({ roles: [namesake] }, 'GET /')).toThrow(/^GET \/ asks for the role "Viewer"/)
})
