import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import { createAuth, definePermission, defineRole, generateSecret, memorySessions, type SessionOptions } from 'ostiary'
import { ostiary, protect, sessionSignal } from 'ostiary/fastify'
import { localUsers, openDatabase, sqlSessions } from 'ostiary/sql'
import { describe, expect, onTestFinished } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { cookieOf } from '../application/serve-auth.ts'
import { VIEWER } from '../application/test-auth.ts'
import { type Desk, test } from '../cli/cli-process.ts'

// Promises about time: how soon a signal fires, and when it does by the clock alone.

/** An application with a web socket, on the file that the command line works on. */
async function startServer(desk: Desk) {
  const database = openDatabase(`sqlite:${join(desk.folder, 'people.db')}`)
  const VIEW = definePermission({ name: 'view', description: 'See documents' })
  const role = defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] })
  const passwords = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } }
  const users = localUsers(database, { passwords, passwordPolicy: 'none' })
  const secret = generateSecret()
  const auth = createAuth({ roles: [role], sources: [users], sessions: { store: sqlSessions(database), secret } })
  const app = Fastify()
  await app.register(websocket)
  await app.register(ostiary, { auth })
  app.get('/live', { ...protect({ roles: [role] }), websocket: true }, (socket, request) => {
    sessionSignal(request).addEventListener('abort', () => socket.close(1008, 'signed out'))
    socket.send('welcome')
  })
  onTestFinished(async () => {
    await app.close()
    await auth.close()
    await database.close()
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  await users.add({ username: 'bob', password: 'some-password', roles: [role] })

  /** Opens a web socket for somebody who has just signed in. */
  async function open() {
    const payload = { username: 'bob', password: 'some-password' }
    const cookie = cookieOf(await app.inject({ method: 'POST', url: '/auth/login', payload }))
    const socket = await app.injectWS('/live', { headers: { host: `localhost:${port}`, cookie } })
    const closed = once(socket, 'close').then(([code, reason]) => ({
      code,
      reason: String(reason),
      at: performance.now(),
    }))
    return { closed }
  }
  return { app, auth, open }
}

describe('a web socket is closed within a second', () => {
  test('of a revocation that the command line makes, in a process of its own', async ({ desk }) => {
    const { auth, open } = await startServer(desk)
    const { closed } = await open()
    const [session] = await Array.fromAsync(auth.sessions.list())
    const ended = await desk.ostiary(['sessions', 'revoke', '--user', session?.userId ?? ''])
    const endedAt = performance.now()
    expect(ended).toMatchObject({ code: 0 })
    const { code, reason, at } = await closed
    expect([code, reason]).toEqual([1008, 'signed out'])
    expect(at - endedAt).toBeLessThan(1500)
  })

  test('of the user being disabled by the command line', async ({ desk }) => {
    const { open } = await startServer(desk)
    const { closed } = await open()
    expect(await desk.ostiary(['disable', 'bob'])).toMatchObject({ code: 0 })
    const endedAt = performance.now()
    expect((await closed).at - endedAt).toBeLessThan(1500)
  })
})

describe('by the clock alone, the signal of a session fires', () => {
  async function opened(sessions: SessionOptions) {
    const ended: string[] = []
    const application = await openApplication({
      auth: { clock: Date.now },
      sessions: { ...sessions, store: memorySessions() },
      routes: (app) => {
        app.get('/wait', protect({ roles: [VIEWER] }), async (request) => {
          const signal = sessionSignal(request)
          if (!signal.aborted) await once(signal, 'abort')
          ended.push('ended')
          return 'ended'
        })
        app.get('/door', protect({ roles: [VIEWER] }), async () => 'ok')
      },
    })
    return { application, ended }
  }

  test('when the session expires', async () => {
    const { application } = await opened({ lifetime: '1500ms', idle: '1200ms', lease: '500ms' })
    expect((await application.request('/wait', await application.signIn('viewer'))).body).toBe('ended')
  })

  test('when the session ends as idle, and not while it is used by other requests', async () => {
    const { application, ended } = await opened({ lifetime: '1h', idle: '2s', lease: '300ms' })
    let cookie = await application.signIn('viewer')
    const waiting = application.request('/wait', cookie)
    for (let step = 0; step < 8; step += 1) {
      await pause(500)
      cookie = cookieOf(await application.request('/door', cookie))
    }
    expect(ended).toEqual([])
    expect((await waiting).body).toBe('ended')
  })
})
