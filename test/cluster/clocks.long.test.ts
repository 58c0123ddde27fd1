import { type Duration, generateSecret } from 'ostiary'
import { type FixedClock, fixedClock, testRequest } from 'ostiary/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { passwordOf } from '../application/test-auth.ts'
import { type ClusterApplication, openApplication } from './application.ts'
import { type SharedStore, sharedFile, sharedMariadb, sharedPostgres, sharedRedis } from './shared-stores.ts'

/** One node of two has a clock that jumps by hours, forward and back. The other goes by the right time. */

const CONNECTION = { https: false, host: 'localhost' }
const REQUEST = testRequest({ clientAddress: '192.0.2.7' })
const WAIT = { timeout: 20_000, interval: 10 }
const HOUR = 3_600_000

describe.each([
  ['SQLite', sharedFile],
  ['PostgreSQL', sharedPostgres],
  ['MariaDB', sharedMariadb],
  ['Redis', sharedRedis],
] as const)('two nodes on %s', (_, start) => {
  let server: SharedStore
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server?.stop())

  async function twoNodes() {
    const { address, drop } = await server.create()
    onTestFinished(drop)
    const secret = generateSecret()
    const time = fixedClock(Date.now())
    const wrong = { by: 0 }
    const open = async (clock: () => number): Promise<Node> => {
      const application = openApplication(address, secret, { clock })
      onTestFinished(() => application.close())
      await application.auth.ready()
      return node(application)
    }
    const [right, jumping] = [await open(time), await open(() => time() + wrong.by)]
    for (const username of ['anna', 'bert']) await right.add(username)
    return { right, jumping, time, wrong, open }
  }

  test('a clock that jumps ahead: nobody is signed out elsewhere, and no lease gets longer', async () => {
    const { right, jumping, time, wrong, open } = await twoNodes()
    let old = await right.signIn('bert')
    // Of its twelve hours two are left.
    for (let half = 0; half < 20; half += 1) old = await later(time, '30m', right, old)
    const stays = await right.signIn('anna', true)
    wrong.by = 3 * HOUR

    const renewed = await jumping.visit(stays)
    expect(renewed).toMatchObject({ name: 'anna', cookie: expect.any(String) })
    // Its lease ends in three hours. Here it has none.
    const here = await right.visit(renewed.cookie ?? '')
    expect(here).toMatchObject({ name: 'anna', cookie: expect.any(String) })
    expect(await right.visit(here.cookie ?? '')).toEqual({ name: 'anna', cookie: undefined })

    expect(await jumping.visit(old)).toMatchObject({ name: 'anonymous' })
    // A process that starts clears away what has expired.
    await open(() => time() + 3 * HOUR)
    time.advance('61s')
    expect(await right.visit(old)).toMatchObject({ name: 'bert' })

    await revokedEverywhere({ by: jumping, other: right, cookie: here.cookie ?? '', older: renewed.cookie ?? '' })
    wrong.by = 0
    // What was numbered by that clock is in nobody's way.
    const again = await right.signIn('anna', true)
    expect(await jumping.visit(again)).toEqual({ name: 'anna', cookie: undefined })
    await revokedEverywhere({ by: right, other: jumping, cookie: again })
    expect(await right.visit(await right.signIn('anna'))).toEqual({ name: 'anna', cookie: undefined })
  })

  test('a clock that jumps back: what is older than that lives on, and is asked about', async () => {
    const { right, jumping, time, wrong } = await twoNodes()
    const older = await right.signIn('anna', true)
    time.advance('4h')
    const { cookie: present = '' } = await right.visit(older)
    wrong.by = -3 * HOUR
    const there = await jumping.visit(present)
    expect(there).toMatchObject({ name: 'anna', cookie: expect.any(String) })
    // To a node that is behind, a session that began since is from the future.
    expect(await jumping.visit(await right.signIn('bert', true))).toMatchObject({ name: 'anonymous' })
    expect(await right.visit(there.cookie ?? '')).toMatchObject({ name: 'anna', cookie: expect.any(String) })
    await revokedEverywhere({ by: right, other: jumping, cookie: present, older: there.cookie ?? '' })
    wrong.by = 0
    const again = await jumping.signIn('anna', true)
    await revokedEverywhere({ by: jumping, other: right, cookie: again })
  })
})

type Node = ReturnType<typeof node>

function node({ auth, users }: ClusterApplication) {
  return {
    auth,
    add: (username: string) => users.add({ username, password: passwordOf(username), roles: ['Viewer'] }),
    async signIn(username: string, persistent = false): Promise<string> {
      const form = { username, password: passwordOf(username), persistent, next: undefined, fields: {} }
      const result = await auth.signIn(form, REQUEST, null)
      return result.outcome === 'signed-in' ? result.sealed : expect.fail(result.outcome)
    },
    /** Who comes with this cookie, and what it is to be replaced by. */
    async visit(cookie: string) {
      const { user, setCookie } = await auth.authenticateRequest({
        headers: { cookie: `ostiary=${cookie}` },
        ...CONNECTION,
      })
      return { name: user.name, cookie: setCookie?.split(';', 1)[0]?.slice('ostiary='.length) }
    },
  }
}

async function later(clock: FixedClock, by: Duration, { visit }: Node, cookie: string): Promise<string> {
  clock.advance(by)
  return (await visit(cookie)).cookie ?? expect.fail('not renewed')
}

async function revokedEverywhere(given: { by: Node; other: Node; cookie: string; older?: string }): Promise<void> {
  const { by, other, cookie, older = cookie } = given
  const sessions = await Array.fromAsync(by.auth.sessions.list())
  const hers = sessions.filter(({ userName }) => userName === 'anna')
  expect(hers).not.toEqual([])
  for (const { id } of hers) expect(await by.auth.sessions.revoke({ session: id })).toBe(1)
  for (const each of [cookie, older]) {
    expect((await by.visit(each)).name).toBe('anonymous')
    await vi.waitFor(async () => expect((await other.visit(each)).name).toBe('anonymous'), WAIT)
  }
}
