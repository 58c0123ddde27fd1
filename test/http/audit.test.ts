import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { AuditEvent } from 'ostiary'
import { protect } from 'ostiary/fastify'
import { describe, expect, test, vi } from 'vitest'
import { type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { ADMIN, passwordOf } from '../application/test-auth.ts'
import { rawRequest } from './raw-request.ts'

function doors(app: FastifyInstance): void {
  app.get('/door', protect({ roles: [ADMIN] }), async () => 'ok')
  app.get(
    '/check',
    protect({
      check: () => {
        throw new Error('a detail')
      },
    }),
    async () => 'ok',
  )
}
const LOGIN = { method: 'POST', url: '/auth/login' } as const

/** Signs in, is refused, fails, and signs out. */
async function wholeVisit(options: ApplicationOptions = {}) {
  const application = await openApplication({ routes: doors, ...options })
  const cookie = await application.signIn('viewer')
  await application.request('/door?token=in-the-query', cookie)
  await application.request('/check', cookie)
  await application.request('/door')
  await application.request({ ...LOGIN, payload: { username: 'viewer', password: 'wrong' } })
  await application.request({ ...LOGIN, headers: { origin: 'https://evil.example' }, payload: {} })
  await application.request({ method: 'POST', url: '/auth/logout' }, cookie)
  return { application, cookie }
}

const VISIT = ['login.succeeded', 'denied', 'denied', 'denied', 'login.failed', 'login.cross-site', 'logout']

describe('events', () => {
  test('say everything that happened, in order, with the reason that the browser is not told', async () => {
    const events: AuditEvent[] = []
    const { application } = await wholeVisit({ auth: { audit: { record: (event) => void events.push(event) } } })
    const visit = events.filter(({ type }) => type !== 'user.changed' && type !== 'session.revoked')
    expect(visit.map(({ type }) => type)).toEqual(VISIT)
    const user = expect.stringMatching(/^local:/)
    const at = application.clock()
    expect(visit).toMatchObject([
      { at, type: 'login.succeeded', user, userName: 'viewer', trail: [{ source: 'local', outcome: 'accepted' }] },
      {
        at,
        user,
        decision: { allowed: false, reason: { code: 'missing-role', roles: ['Administrator'] } },
        explanation: 'denied: has none of the roles "Administrator"',
      },
      { at, user, decision: { reason: { code: 'check-failed' } }, explanation: 'denied: the checker failed: a detail' },
      { at, user: null, explanation: 'denied: has none of the roles "Administrator"' },
      { at, outcome: 'refused', username: 'viewer', trail: [{ source: 'local', outcome: 'rejected' }] },
      { at, request: { method: 'POST', path: '/auth/login', clientAddress: '127.0.0.1' } },
      { at, user, userName: 'viewer' },
    ])
    expect(visit[1]).toMatchObject({ request: { method: 'GET', path: '/door', clientAddress: '127.0.0.1' } })
  })

  test('are told to those who listen to one type, or to all, until they stop', async () => {
    const application = await openApplication({ routes: doors })
    const [one, all]: [string[], string[]] = [[], []]
    const stop = application.auth.on('denied', ({ explanation }) => void one.push(explanation))
    const stopAll = application.auth.on('*', ({ type }) => void all.push(type))
    await application.signIn('viewer')
    await application.request('/door')
    stop()
    stopAll()
    await application.request('/door')
    expect(one).toEqual(['denied: has none of the roles "Administrator"'])
    expect(all).toEqual(['login.succeeded', 'denied'])
  })

  const full = () => {
    throw new Error('the log is full')
  }
  test.each([
    ['throws', full],
    ['rejects', async () => full()],
  ])('go to a log that %s: a warning, and every other log and answer as ever', async (_name, fail) => {
    const heard: string[] = []
    const failing = { record: ({ type }: AuditEvent) => (type === 'denied' ? fail() : undefined) }
    const application = await openApplication({
      routes: doors,
      auth: { audit: [failing, { record: ({ type }) => void heard.push(type) }] },
    })
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    expect((await application.request('/door')).statusCode).toBe(403)
    const message = expect.stringMatching(/"denied".*the log is full/)
    await vi.waitFor(() => expect(warning).toHaveBeenCalled())
    expect(warning).toHaveBeenCalledExactlyOnceWith(message, { type: 'OstiaryWarning', code: 'OSTIARY_AUDIT_FAILED' })
    warning.mockRestore()
    expect((await application.request('/door', await application.signIn('admin'))).statusCode).toBe(200)
    expect(heard.slice(-2)).toEqual(['denied', 'login.succeeded'])
  })

  test.each([
    ['/door?token=secret', false],
    ['/door#token=secret', false],
    ['/door;token=secret', true],
    ['http://secret:secret@localhost/door', false],
    ['HTTP://secret@localhost/door?token=secret', false],
    ['https://secret@localhost/door;token=secret', true],
  ])('hold the path of %s alone', async (target, useSemicolonDelimiter) => {
    const events: AuditEvent[] = []
    const application = await openApplication({
      routes: doors,
      fastify: { routerOptions: { useSemicolonDelimiter } as object },
      auth: { audit: { record: (event) => void events.push(event) } },
    })
    await application.app.listen({ port: 0 })
    expect((await rawRequest(application.app, { target })).status).toBe(403)
    expect(events.at(-1)).toMatchObject({ type: 'denied', request: { path: '/door' } })
    expect(JSON.stringify(events)).not.toContain('secret')
  })

  test('go to a log that never answers: nobody waits for it', async () => {
    const application = await openApplication({
      routes: doors,
      auth: { audit: { record: () => new Promise(() => {}) } },
    })
    expect((await application.request('/door')).statusCode).toBe(403)
    expect(await application.signIn('admin')).toMatch(/^ostiary=/)
  })
})

describe('the log of the application', () => {
  /** What a logger writes at its most talkative, with everything it can be made to show. */
  function talkative(): { lines: string[]; fastify: FastifyServerOptions } {
    const lines: string[] = []
    const stream = { write: (line: string) => void lines.push(line) }
    return { lines, fastify: { logger: { level: 'trace', stream } } }
  }

  test('gets one line for every event, at its level', async () => {
    const { lines, fastify } = talkative()
    await wholeVisit({ fastify })
    const events = lines.map((line) => JSON.parse(line)).filter(({ event }) => VISIT.includes(event))
    expect(events.map(({ event, msg, level }) => [event, msg, level])).toEqual(
      VISIT.map((event) => [event, `ostiary: ${event}`, ['login.succeeded', 'logout'].includes(event) ? 30 : 40]),
    )
    expect(events[1]).toMatchObject({ explanation: 'denied: has none of the roles "Administrator"' })
  })

  test("gets the request's id with every event, under the name of Fastify's own lines", async () => {
    const { lines, fastify } = talkative()
    await wholeVisit({ fastify: { ...fastify, genReqId: (raw) => `id of ${raw.method} ${raw.url}` } })
    const events = lines.map((line) => JSON.parse(line)).filter(({ event }) => VISIT.includes(event))
    expect(events).toHaveLength(VISIT.length)
    for (const { reqId, request } of events) {
      expect(reqId).toMatch(`id of ${request.method} ${request.path}`)
      expect(request.requestId).toBe(reqId)
    }
  })

  test('gets the id of a throttled attempt as well', async () => {
    const { lines, fastify } = talkative()
    const throttle = { account: { attempts: 1 } }
    const application = await openApplication({ fastify: { ...fastify, genReqId: () => 'the id' }, auth: { throttle } })
    for (const password of ['x', 'y'])
      await application.request({ ...LOGIN, payload: { username: 'viewer', password } })
    const throttled = lines.map((line) => JSON.parse(line)).find(({ event }) => event === 'login.throttled')
    expect(throttled).toMatchObject({ reqId: 'the id', request: { requestId: 'the id' } })
  })

  test('gets no warning for a browser that is sent to the login page, and one for every other refusal', async () => {
    const { lines, fastify } = talkative()
    const application = await openApplication({ fastify, routes: doors, plugin: { anonymous: 'login' } })
    const page = { accept: 'text/html' }
    await application.request({ url: '/door', headers: page })
    await application.request({ url: '/door' })
    await application.request({ url: '/door', headers: page }, await application.signIn('viewer'))
    const denied = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'denied')
    expect(denied.map(({ level, sentToLogin }) => [level, sentToLogin])).toEqual([
      [30, true],
      [40, undefined],
      [40, undefined],
    ])
  })

  test('gets a warning for an attempt that is throttled, with the limit that it met, and no password', async () => {
    const { lines, fastify } = talkative()
    const application = await openApplication({ fastify, auth: { throttle: { account: { attempts: 1 } } } })
    for (const password of ['hunter1', 'hunter2'])
      await application.request({ ...LOGIN, payload: { username: 'viewer', password } })
    const [throttled, ...more] = lines
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'login.throttled')
    expect(more).toEqual([])
    expect(throttled).toMatchObject({ level: 40, limit: 'account-network', username: 'viewer', retryAfterSeconds: 900 })
    expect(lines.join()).not.toContain('hunter')
  })

  test('gets none when the application keeps logs of its own', async () => {
    const { lines, fastify } = talkative()
    await wholeVisit({ fastify, auth: { audit: { record() {} } } })
    expect(lines.filter((line) => line.includes('"event"'))).toEqual([])
    expect(lines).not.toEqual([])
  })

  test('never gets a password, a cookie or a secret: not at trace, not of failures, not of outages', async () => {
    const { lines, fastify } = talkative()
    const secret = 'kJ8vQ2nR5tYwXz4bC7mLpAsDfGhE9uN1'
    const { application, cookie } = await wholeVisit({ fastify, sessions: { secret } })
    const bodies = ['{"username":"viewer","password":"unparsed-pw"', '{"username":["x"],"password":"unparsed-pw"}']
    for (const payload of bodies)
      await application.request({ ...LOGIN, headers: { 'content-type': 'application/json' }, payload })
    const again = await application.signIn('admin', { persistent: true, cookie })
    application.clock.advance('6m')
    application.store.down = true
    await application.request('/door', again)
    await application.request({ ...LOGIN, payload: { username: 'admin', password: passwordOf('admin') } })
    await application.request({ method: 'POST', url: '/auth/logout' }, again)
    application.store.down = false
    const renewed = await application.request('/door', again)
    await application.request('/door', `${again}; ${again}`)

    const text = lines.join('')
    expect(text).toContain('session.unavailable')
    const sealed = [cookie, again, String(renewed.headers['set-cookie'])].map((each) => each.split(/[=;]/)[1] ?? '')
    const hidden = [passwordOf('viewer'), passwordOf('admin'), 'unparsed-pw', 'wrong', secret, ...sealed]
    for (const each of hidden) {
      expect(each.length).toBeGreaterThan(3)
      expect(text).not.toContain(each)
    }
    for (const each of sealed)
      for (const part of each.split('.').filter(({ length }) => length > 16)) expect(text).not.toContain(part)
    expect(text).not.toMatch(/set-cookie|"cookie"/i)
  })
})
