import { afterEach, describe, expect, test, vi } from 'vitest'
import { createAuth } from './create-auth.ts'
import { defineRole } from './policy/role.ts'
import { generateSecret } from './sealing/keyring.ts'
import { accepted, rejected, unknown } from './users/outcome.ts'
import { defineUserSource } from './users/user-source.ts'

const EDITOR = defineRole({ name: 'Editor', description: 'Edits', permissions: [] })

afterEach(() => vi.useRealTimers())

function accountEvents() {
  let hangs = false
  const local = defineUserSource('local', async ({ username }) => (username === 'admin' ? rejected() : unknown()))
  const directory = defineUserSource('directory', async ({ password }) => {
    if (hangs) await new Promise(() => {})
    return password === 'right' ? accepted({ name: 'anna', roles: [EDITOR] }) : rejected()
  })
  const auth = createAuth({
    roles: [EDITOR],
    sources: [directory, local],
    sourceDeadline: '5s',
    sessions: { secret: generateSecret() },
  })
  return {
    auth,
    hang: (now: boolean) => {
      hangs = now
    },
  }
}

describe('explaining a login', () => {
  test('says what every source that is asked answers, and signs nobody in', async () => {
    const { auth } = accountEvents()
    await auth.ready()
    expect(await auth.explain({ username: 'admin', password: 'wrong' })).toMatchObject({
      outcome: 'refused',
      trail: [
        { source: 'directory', outcome: 'rejected' },
        { source: 'local', outcome: 'rejected' },
      ],
    })
    const right = await auth.explain({ username: 'anna', password: 'right' })
    expect(right).toMatchObject({
      outcome: 'accepted',
      source: 'directory',
      account: { name: 'anna', roles: ['Editor'] },
    })
    expect(JSON.stringify(right)).not.toContain('right')
    expect(await Array.fromAsync(auth.sessions.list())).toEqual([])
  })
})

describe('health', () => {
  test('waits for revocations to be heard of', async () => {
    const { auth } = accountEvents()
    expect(auth.health()).toMatchObject({ healthy: false, sessions: { store: 'memory', connected: false } })
    await auth.ready()
    expect(auth.health()).toMatchObject({ healthy: true, sessions: { connected: true } })
    await auth.close()
    expect(auth.health().healthy).toBe(false)
  })

  test('shows a source that keeps logins waiting, which costs three of them their time and nobody after', async () => {
    vi.useFakeTimers()
    const { auth, hang } = accountEvents()
    await auth.ready()
    const signIn = async (password = 'x') => {
      const result = auth.explain({ username: 'admin', password })
      await vi.advanceTimersByTimeAsync(5000)
      return result
    }
    hang(true)
    for (let time = 0; time < 3; time += 1) expect((await signIn()).outcome).toBe('unavailable')
    expect(auth.health()).toMatchObject({
      healthy: false,
      sources: [{ source: 'directory', circuit: 'open' }, { circuit: 'closed' }],
    })

    // No timer is moved: it is not asked. The other source still is.
    const answer = await auth.explain({ username: 'admin', password: 'x' })
    expect(answer).toMatchObject({
      outcome: 'unavailable',
      trail: [{ outcome: 'unavailable' }, { source: 'local', outcome: 'rejected' }],
    })

    hang(false)
    await vi.advanceTimersByTimeAsync(10_000)
    expect((await signIn('right')).outcome).toBe('accepted')
    expect(auth.health().healthy).toBe(true)
  })
})
