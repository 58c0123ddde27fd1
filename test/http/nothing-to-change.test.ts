import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type AuditEvent, createAuth, defineRole, defineUserSource, generateSecret, type Role } from 'ostiary'
import { anyone, currentSession, protect } from 'ostiary/fastify'
import { testRequest } from 'ostiary/testing'
import { describe, expect, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { cookieOf } from '../application/serve-auth.ts'
import { ADMIN, EDIT, VIEW, VIEWER } from '../application/test-auth.ts'

/** Every object that can be reached from a value by its properties and getters, with the way to it. */
function reachable(root: unknown, name: string): Map<object, string> {
  const found = new Map<object, string>()
  const pending: [unknown, string][] = [[root, name]]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [value, path] = next
    if (typeof value !== 'object' || value === null || found.has(value)) continue
    found.set(value, path)
    const keys = new Set(Object.keys(value))
    const prototype = Object.getPrototypeOf(value)
    const isPlain = prototype === null || prototype === Object.prototype || Array.isArray(value)
    if (!isPlain) for (const key of Object.getOwnPropertyNames(prototype)) keys.add(key)
    for (const key of keys) pending.push([(value as Record<string, unknown>)[key], `${path}.${key}`])
  }
  return found
}

/** The ways to everything that somebody could change. */
function changeable(root: unknown, name: string): string[] {
  return [...reachable(root, name)]
    .filter(([value]) => !Object.isFrozen(value) || 'add' in value || 'set' in value)
    .map(([, path]) => path)
}

/** A application of people who come with nested properties, from a source without `lookup`. */
const PROPERTIES = { level: 1, tags: ['a', { deep: [1] }] }
const guests = defineUserSource('guests', async ({ username }) => ({
  name: username,
  roles: ['Viewer'],
  properties: PROPERTIES,
}))

describe('nothing that a request hands out can be changed for others', () => {
  test('a role that a handler adds to a user opens no door, neither for this user nor for others', async () => {
    const application = await openApplication({
      routes: (app) => {
        app.get('/add', protect({ roles: [VIEWER] }), async ({ user }) => {
          const attempts = [
            () => (user.roleNames as Set<string>).add('Administrator'),
            () => Set.prototype.add.call(user.roleNames, 'Administrator'),
            () => (user.permissionNames as Set<string>).add('edit'),
            () => Set.prototype.add.call(user.permissionNames, 'edit'),
            () => (user.roles as Role[]).push(ADMIN),
            () => (VIEWER.permissions as unknown[]).push(EDIT),
            () => Object.assign(user, { isSuperuser: true }),
          ]
          return attempts.map((attempt) => {
            try {
              attempt()
              return 'done'
            } catch {
              return 'refused'
            }
          })
        })
        app.get('/admin', protect({ roles: [ADMIN] }), async () => 'ok')
        app.get('/edit', protect({ permission: EDIT }), async () => 'ok')
      },
    })
    const cookie = await application.signIn('viewer')
    const other = await application.signIn('viewer')
    expect((await application.request('/add', cookie)).json()).toEqual(new Array(7).fill('refused'))
    for (const each of [cookie, other]) {
      expect((await application.request('/admin', each)).statusCode).toBe(403)
      expect((await application.request('/edit', each)).statusCode).toBe(403)
    }
  })

  test('a role that was written by hand stays as it was declared', async () => {
    const handmade: Role = { name: 'Handmade', description: 'd', permissions: [VIEW] }
    const guest = defineUserSource('guests', async ({ username }) => ({ name: username, roles: ['Handmade'] }))
    const other = defineRole({ name: 'Other', description: 'd', permissions: [EDIT] })
    const application = createAuth({
      roles: [handmade, other],
      sources: [guest],
      sessions: { secret: generateSecret() },
    })
    await application.ready()
    const request = testRequest({ clientAddress: '127.0.0.1' })
    const form = { username: 'anna', password: 'x', fields: {}, persistent: false, next: undefined }
    const result = await application.signIn(form, request, null)
    if (result.outcome !== 'signed-in') throw new Error(result.outcome)
    expect(changeable(result.user, 'user')).toEqual([])
    expect(() => (handmade.permissions as unknown[]).push(EDIT)).toThrow(TypeError)
    await application.close()
  })

  test('the user, the session and all within them are frozen: at the login, from a cookie, and once renewed', async () => {
    const seen: string[] = []
    let looks = 0
    const look = (request: FastifyRequest, when: string) => {
      looks += 1
      seen.push(...changeable(request.user, `${when}: user`))
      const session = request.server.auth.sessionToEnd({
        headers: request.headers,
        https: false,
        host: 'localhost',
      })
      if (session === null) throw new Error('no session')
      seen.push(...changeable(session, `${when}: session`))
      expect(currentSession(request)).not.toBe(currentSession(request))
    }
    const application = await openApplication({
      auth: { roles: [ADMIN, VIEWER] },
      routes: (app) => {
        app.get('/look', protect({ roles: [VIEWER] }), async (request) => {
          look(request, String((request.query as { when: string }).when))
          return request.user.id
        })
      },
    })
    const auth = application.auth.withSource(guests)
    const request = testRequest({ clientAddress: '127.0.0.1' })
    const form = { username: 'guest', password: 'x', fields: {}, persistent: false, next: undefined }
    const result = await auth.signIn(form, request, null)
    if (result.outcome !== 'signed-in') throw new Error(result.outcome)
    expect([...changeable(result.user, 'user'), ...changeable(result.session, 'session')]).toEqual([])
    expect(result.session.account.properties).toEqual(PROPERTIES)

    const cookie = await application.signIn('viewer')
    await application.request('/look?when=read', cookie)
    application.clock.advance('61s')
    const renewed = await application.request('/look?when=at-renewal', cookie)
    await application.request('/look?when=after', cookieOf(renewed))
    expect([looks, seen]).toEqual([3, []])
  })

  test('a property that a handler changes is not sealed into the renewed cookie', async () => {
    const routes = (app: FastifyInstance) => {
      app.get('/raise', protect({ roles: [VIEWER] }), async ({ user }) => {
        const properties = user.properties as { level: number; tags: unknown[] }
        expect(() => Object.assign(properties, { level: 9 })).toThrow(TypeError)
        expect(() => properties.tags.push('b')).toThrow(TypeError)
        return 'ok'
      })
      app.get('/look', protect({ roles: [VIEWER] }), async ({ user }) => user.properties)
    }
    const application = await openApplication({ routes, auth: { sources: [guests] } })
    const payload = { username: 'anna', password: 'x' }
    const cookie = cookieOf(await application.request({ method: 'POST', url: '/auth/login', payload }))
    await application.request('/raise', cookie)
    application.clock.advance('61s')
    const renewed = await application.request('/raise', cookie)
    expect((await application.request('/look', cookieOf(renewed))).json()).toEqual(PROPERTIES)
  })

  test('events, the route map, the Auth and its cookie are frozen', async () => {
    const events: AuditEvent[] = []
    const application = await openApplication({
      auth: { audit: { record: (event) => void events.push(event) } },
      routes: (app) => {
        app.get('/door', protect({ roles: [ADMIN] }), async () => 'ok')
        app.get('/open', anyone(), async () => 'ok')
      },
    })
    const cookie = await application.signIn('viewer')
    await application.request('/door', cookie)
    await application.request({
      method: 'POST',
      url: '/auth/login',
      payload: { username: 'viewer', password: 'wrong' },
    })
    await application.request({ method: 'POST', url: '/auth/logout' }, cookie)
    await application.auth.sessions.revoke('all')
    expect(events.map(({ type }) => type)).toContain('denied')
    expect(events.flatMap((event) => changeable(event, event.type))).toEqual([])
    expect(application.app.routeMap().flatMap((entry) => changeable(entry, entry.path))).toEqual([])
    for (const part of ['cookie', 'audit', 'sessions'] as const)
      expect(Object.isFrozen(application.auth[part]), part).toBe(true)
    expect(changeable(application.auth.roles, 'roles')).toEqual([])
  })
})
