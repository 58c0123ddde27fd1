import type { FastifyInstance } from 'fastify'
import { generateSecret } from 'ostiary'
import { anyone, protect, sessionSignal } from 'ostiary/fastify'
import { describe, expect, test, vi } from 'vitest'
import { ADMIN, type House, openHouse, VIEWER } from './open-house.ts'

/** A route whose reply waits until the session ends, or until it is told to. */
async function houseThatWaits(options: Parameters<typeof openHouse>[0] = {}) {
  const signals: AbortSignal[] = []
  const released: (() => void)[] = []
  const wait = (signal: AbortSignal) => {
    signals.push(signal)
    return new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => resolve('ended'))
      released.push(() => resolve('released'))
    })
  }
  const house = await openHouse({
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
    const answer = house.request(path, cookie)
    await vi.waitFor(() => expect(signals).toHaveLength(before + 1))
    return { answer: answer.then(({ body }) => body), signal: signals.at(-1) as AbortSignal }
  }
  return { house, waiting, release, signals }
}

const ENDS: Record<string, (house: House, cookie: string) => Promise<unknown>> = {
  'its logout': (house, cookie) => house.request({ method: 'POST', url: '/auth/logout' }, cookie),
  'a login that takes its place': (house, cookie) => house.signIn('viewer', { cookie }),
  'a revocation of the user': (house) => revokeEachUser(house),
  'a revocation of everybody': (house) => house.auth.sessions.revoke('all'),
  'a new password of the user': (house) => house.users.setPassword('viewer', 'another pass phrase'),
  'the user being disabled': (house) => house.users.disable('viewer'),
  'the user being deleted': (house) => house.users.delete('viewer'),
  'keys that unseal its cookie no more': (house) => house.auth.reloadKeys(generateSecret()),
}

async function revokeEachUser(house: House) {
  for await (const { userId } of house.auth.sessions.list()) await house.auth.sessions.revoke({ user: userId })
}

describe('the signal of a session fires', () => {
  test.each(Object.entries(ENDS))('at %s', async (_name, end) => {
    const { house, waiting } = await houseThatWaits()
    const cookie = await house.signIn('viewer')
    const { answer, signal } = await waiting(cookie)
    expect(signal.aborted).toBe(false)
    await end(house, cookie)
    expect(await answer).toBe('ended')
    expect(signal.aborted).toBe(true)
  })

  test('on a route for anyone as well', async () => {
    const { house, waiting } = await houseThatWaits()
    const { answer } = await waiting(await house.signIn('viewer'), '/wait/open')
    await house.auth.sessions.revoke('all')
    expect(await answer).toBe('ended')
  })

  test('for the one session alone, and not for others of the user', async () => {
    const { house, waiting, release } = await houseThatWaits()
    const [one, other] = [await house.signIn('viewer'), await house.signIn('viewer')]
    const [first, second] = [await waiting(one), await waiting(other)]
    await house.request({ method: 'POST', url: '/auth/logout' }, one)
    expect(await first.answer).toBe('ended')
    expect(second.signal.aborted).toBe(false)
    release()
    expect(await second.answer).toBe('released')
  })

  test('after a renewal in the same request, and after one in another', async () => {
    const { house, waiting } = await houseThatWaits()
    const cookie = await house.signIn('viewer')
    house.clock.advance('61s')
    const { answer } = await waiting(cookie)
    house.clock.advance('61s')
    await house.request('/twice', cookie)
    await house.auth.sessions.revoke('all')
    expect(await answer).toBe('ended')
  })
})

describe('the signal of a session', () => {
  test('is one for each request, and never fires for anonymous people', async () => {
    const { house, waiting, release } = await houseThatWaits()
    expect((await house.request('/twice', await house.signIn('viewer'))).json()).toBe(true)
    const { answer, signal } = await waiting(undefined, '/wait/open')
    await house.auth.sessions.revoke('all')
    expect(signal.aborted).toBe(false)
    release()
    expect(await answer).toBe('released')
  })

  test('is watched no longer than the request lasts, and by nobody who does not ask', async () => {
    let watching = 0
    const { house, waiting, release } = await houseThatWaits({
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
    const cookie = await house.signIn('viewer')
    await house.request('/auth/logout', cookie)
    expect(watching).toBe(0)
    const { answer, signal } = await waiting(cookie)
    expect(watching).toBe(1)
    release()
    await answer
    await vi.waitFor(() => expect(watching).toBe(0))
    await house.auth.sessions.revoke('all')
    expect(signal.aborted).toBe(false)
  })
})
