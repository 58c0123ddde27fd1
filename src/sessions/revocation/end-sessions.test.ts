import { fixedClock } from 'ostiary/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { type SessionNode, sessionNode, type WatchedStore, watched } from '../../../test/sessions/session-node.ts'
import { SessionUnavailableError } from '../../errors.ts'
import { createAccount } from '../../users/account.ts'
import { memorySessions } from '../memory-sessions.ts'

let store: WatchedStore
let node: SessionNode

beforeEach(async () => {
  const clock = fixedClock()
  store = watched(memorySessions({ clock }))
  node = await sessionNode({ clock, store })
  clock.advance(1)
})

const stateOf = (sealed: string) => node.sessions.open(sealed).state
const idOf = (sealed: string) => {
  const opened = node.sessions.open(sealed)
  if (opened.state === 'ended') throw new Error('There is no session in it.')
  return opened.session.id
}
const bert = () => node.signIn({ account: { id: '8', name: 'bert' } })

describe('all of a user but one', () => {
  test('ends those, and nobody else', async () => {
    const sealed = [await node.signIn(), await node.signIn(), await node.signIn({ persistent: true }), await bert()]
    expect(await node.sessions.revoke({ user: 'local:7', except: idOf(sealed[1] as string) })).toBe(2)
    expect(sealed.map(stateOf)).toEqual(['ended', 'live', 'ended', 'live'])
  })

  test("ends them all when the one is somebody else's, or nobody's", async () => {
    for (const other of [idOf(await bert()), 'unheard-of', '']) {
      const sealed = [await node.signIn(), await node.signIn()]
      expect(await node.sessions.revoke({ user: 'local:7', except: other })).toBe(2)
      expect(sealed.map(stateOf)).toEqual(['ended', 'ended'])
    }
  })

  test('keeps a login from starting one that was under way, and no other login', async () => {
    const kept = await node.signIn()
    const revision = await node.sessions.revision()
    await node.sessions.revoke({ user: 'local:7', except: idOf(kept) })
    const start = (id: string) =>
      node.sessions.start('local', createAccount({ id, name: 'x' }), { persistent: false, revision })
    expect(await start('7')).toEqual({ outcome: 'overtaken' })
    expect(await start('8')).toMatchObject({ outcome: 'started' })
    expect(stateOf(await node.signIn())).toBe('live')
    expect(stateOf(kept)).toBe('live')
  })

  test('that cannot be listed is an outage, and ends no one', async () => {
    const sealed = [await node.signIn(), await node.signIn()]
    store.list = () => {
      throw new Error('the store is down')
    }
    const revoking = node.sessions.revoke({ user: 'local:7', except: idOf(sealed[0] as string) })
    await expect(revoking).rejects.toThrow(SessionUnavailableError)
    expect(sealed.map(stateOf)).toEqual(['live', 'live'])
  })
})

describe('one of a user', () => {
  test('ends that one', async () => {
    const [one, other] = [await node.signIn(), await node.signIn()]
    expect(await node.sessions.revoke({ user: 'local:7', session: idOf(one) })).toBe(1)
    expect([one, other].map(stateOf)).toEqual(['ended', 'live'])
  })

  test("ends nothing when it is somebody else's, whoever asks", async () => {
    const [anna, other] = [await node.signIn(), await bert()]
    for (const user of ['local:7', 'local:', '', 'ldap:8', 'local:88'])
      expect(await node.sessions.revoke({ user, session: idOf(other) })).toBe(0)
    await expect(node.sessions.revoke({ user: 'local:8', session: undefined as never })).rejects.toThrow(TypeError)
    expect([anna, other].map(stateOf)).toEqual(['live', 'live'])
  })
})
