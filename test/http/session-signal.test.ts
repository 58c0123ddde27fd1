import type { FastifyInstance } from 'fastify'
import { generateSecret } from 'ostiary'
import { anyone, protect, sessionSignal } from 'ostiary/fastify'
import { describe, expect, test, vi } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { ADMIN, VIEWER } from '../application/test-auth.ts'

/** A route whose reply waits until the session ends, or until it is told to. */
async function houseThatWaits(options: Parameters<typeof openApplication>[0] = {}) {
  const signals: AbortSignal[] = []
  const released: (() => void)[] = []
  const wait = (signal: AbortSignal) => {
    signals.push(signal)
    return new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => resolve('ended'))
      released.push(() => resolve('released'))
    })
  }
  const application = await openApplication({
    ...options,
    routes: (app: FastifyInstance) => {
      app.get('/wait', protect({ roles: [VIEWER, ADMIN] }), (request) => wait(sessionSignal(request)))
      app.get('/wait/open', anyone(), (request) => wait(sessionSignal(request)))
      app.get(
        '/twice',
        protect({ roles: [VIEWER] }),
        async (request) => new Set([sessionSignal(request), sessionSignal(request)]).size === 1,
      )
    },
  })
  const release = () => {
    for (const each of released.splice(0)) each()
  }
  const waiting = async (cookie: string | undefined, path = '/wait') => {
    const before = signals.length
    const answer = application.request(path, cookie)
    await vi.waitFor(() => expect(signals).toHaveLength(before + 1))
    return { answer: answer.then(({ body }) => body), signal: signals.at(-1) as AbortSignal }
  }
  return { application, waiting, release, signals }
}

const ENDS: Record<string, (application: Application, cookie: string) => Promise<unknown>> = {
  'its logout': (application, cookie) => application.request({ method: 'POST', url: '/auth/logout' }, cookie),
  'a login that takes its place': (application, cookie) => application.signIn('viewer', { cookie }),
  'a revocation of the user': (application) => revokeEachUser(application),
  'a revocation of everybody': (application) => application.auth.sessions.revoke('all'),
  'a new password of the user': (application) => application.users.setPassword('viewer', 'another pass phrase'),
  'the user being disabled': (application) => application.users.disable('viewer'),
  'the user being deleted': (application) => application.users.delete('viewer'),
  'keys that unseal its cookie no more': (application) => application.auth.reloadKeys(generateSecret()),
}

async function revokeEachUser(application: Application) {
  for await (const { userId } of application.auth.sessions.list())
    await application.auth.sessions.revoke({ user: userId })
}

describe('the signal of a session fires', () => {
  test.each(Object.entries(ENDS))('at %s', async (_name, end) => {
    const { application, waiting } = await houseThatWaits()
    const cookie = await application.signIn('viewer')
    const { answer, signal } = await waiting(cookie)
    expect(signal.aborted).toBe(false)
    await end(application, cookie)
    expect(await answer).toBe('ended')
    expect(signal.aborted).toBe(true)
  })

  test('on a route for anyone as well', async () => {
    const { application, waiting } = await houseThatWaits()
    const { answer } = await waiting(await application.signIn('viewer'), '/wait/open')
    await application.auth.sessions.revoke('all')
    expect(await answer).toBe('ended')
  })

  test('for the one session alone, and not for others of the user', async () => {
    const { application, waiting, release } = await houseThatWaits()
    const [one, other] = [await application.signIn('viewer'), await application.signIn('viewer')]
    const [first, second] = [await waiting(one), await waiting(other)]
    await application.request({ method: 'POST', url: '/auth/logout' }, one)
    expect(await first.answer).toBe('ended')
    expect(second.signal.aborted).toBe(false)
    release()
    expect(await second.answer).toBe('released')
  })

  test('after a renewal in the same request, and after one in another', async () => {
    const { application, waiting } = await houseThatWaits()
    const cookie = await application.signIn('viewer')
    application.clock.advance('61s')
    const { answer } = await waiting(cookie)
    application.clock.advance('61s')
    await application.request('/twice', cookie)
    await application.auth.sessions.revoke('all')
    expect(await answer).toBe('ended')
  })
})

describe('the signal of a session', () => {
  test('is one for each request, and never fires for anonymous people', async () => {
    const { application, waiting, release } = await houseThatWaits()
    expect((await application.request('/twice', await application.signIn('viewer'))).json()).toBe(true)
    const { answer, signal } = await waiting(undefined, '/wait/open')
    await application.auth.sessions.revoke('all')
    expect(signal.aborted).toBe(false)
    release()
    expect(await answer).toBe('released')
  })

  test('is watched no longer than the request lasts, and by nobody who does not ask', async () => {
    let watching = 0
    const { application, waiting, release } = await houseThatWaits({
      inBetween: (auth) => ({
        ...auth,
        sessions: {
          ...auth.sessions,
          onEnd(...args) {
            watching += 1
            const stop = auth.sessions.onEnd(...args)
            return () => {
              watching -= 1
              stop()
            }
          },
        },
      }),
    })
    const cookie = await application.signIn('viewer')
    await application.request('/auth/logout', cookie)
    expect(watching).toBe(0)
    const { answer, signal } = await waiting(cookie)
    expect(watching).toBe(1)
    release()
    await answer
    await vi.waitFor(() => expect(watching).toBe(0))
    await application.auth.sessions.revoke('all')
    expect(signal.aborted).toBe(false)
  })
})
