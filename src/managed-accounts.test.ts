import { describe, expect, onTestFinished, test } from 'vitest'
import { openAuth, REQUEST, signIn, source, whoIs } from '../test/application/open-auth.ts'
import { ADMIN, EDIT, VIEW, VIEWER } from '../test/application/test-auth.ts'
import { UnknownRoleError } from './errors.ts'
import { localUsers } from './sql/local-users.ts'
import { openDatabase } from './sql/open-database.ts'
import { sqlSessions } from './sql/sql-sessions.ts'
import { fixedClock } from './testing/fixed-clock.ts'

describe('what happens to a managed account', () => {
  const QUICK = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } } as const

  async function openWithUsers() {
    const database = openDatabase('sqlite::memory:')
    onTestFinished(() => database.close())
    const clock = fixedClock()
    const local = localUsers(database, { passwords: QUICK, passwordPolicy: 'none' })
    const sessions = { store: sqlSessions(database, { clock }) }
    // Logins at once are more attempts than it lets through.
    const auth = await openAuth({ sources: [local], clock, sessions, throttle: false })
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

  test('setPassword may keep the session of whoever changes it, and ends all others', async () => {
    const { auth, users, anna, bert } = await openWithUsers()
    const other = await signIn(auth, 'anna')
    const user = `local:${(await users.get('anna'))?.id}`
    const [first] = await Array.fromAsync(auth.sessions.list({ userId: user }))
    const keepSession = first?.id ?? expect.fail('there is no session')
    const revoked: unknown[] = []
    auth.on('session.revoked', ({ target, ended }) => revoked.push({ target, ended }))
    await users.setPassword('anna', 'battery staple', { keepSession })
    const left = await Array.fromAsync(auth.sessions.list({ userId: user }))
    expect(left.map(({ id }) => id)).toEqual([keepSession])
    expect([(await anna()).isAnonymous, (await whoIs(auth, other.cookieHeader)).isAnonymous].sort()).toEqual([
      false,
      true,
    ])
    expect((await bert()).name).toBe('bert')
    expect(revoked).toEqual([{ target: { user, except: keepSession }, ended: 1 }])
  })

  test('setPassword lets no login through that began with the old one, though a session is kept', async () => {
    const { auth, users, clock } = await openWithUsers()
    const user = `local:${(await users.get('anna'))?.id}`
    const [kept] = await Array.fromAsync(auth.sessions.list({ userId: user }))
    clock.advance(1)
    const login = { username: 'anna', password: 'correct horse', persistent: false, next: undefined, fields: {} }
    const logins = Array.from({ length: 8 }, () => auth.signIn(login, REQUEST, null))
    await users.setPassword('anna', 'battery staple', { keepSession: kept?.id ?? '' })
    const results = await Promise.all(logins)
    const left = await Array.fromAsync(auth.sessions.list({ userId: user }))
    expect(left.map(({ id }) => id)).toEqual([kept?.id])
    expect(results.map(({ outcome }) => outcome)).not.toContain('unavailable')
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

  test('is in the audit once for all who are imported, and once for each who changes', async () => {
    const { auth, anna } = await openWithUsers()
    const [local] = auth.sources as [ReturnType<typeof localUsers>]
    const events: unknown[] = []
    auth.on('*', ({ at: _, ...event }) => events.push(event))
    const people = [
      { username: 'carl', superuser: true, passwordHash: '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP' },
      { username: 'dora' },
      { username: 'anna', properties: { floor: 3 } },
    ]
    await local.transfer?.importUsers(people, { whenDifferent: 'update' })
    expect(events).toEqual([
      { type: 'users.imported', source: 'local', users: 2, superusers: 1 },
      { type: 'user.changed', change: 'details', user: (await anna()).id, userName: 'anna' },
    ])
    expect((await anna()).properties).toMatchObject({ floor: 3 })
    expect(JSON.stringify(events)).not.toContain('SSHA')
  })

  test('knows the roles of the code', async () => {
    const { users } = await openWithUsers()
    await expect(users.setRoles('anna', ['Adminstrator'])).rejects.toThrow(UnknownRoleError)
    await expect(users.setRoles('anna', ['Adminstrator'])).rejects.toThrow('The roles are: Administrator, Viewer.')
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
