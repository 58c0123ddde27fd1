import { StatementSync } from 'node:sqlite'
import type { UserSource } from 'ostiary'
import { protect } from 'ostiary/fastify'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openHouse, VIEW } from './open-house.ts'

/** What requests cost while a lease lasts, and at its end: counted, at the store, at the source and at its database. */

const HUNDRED = Array.from({ length: 100 })

async function busyHouse() {
  const house = await openHouse({
    routes: (app) => app.get('/view', protect({ permission: VIEW }), async ({ user }) => user.name),
  })
  const url = await house.app.listen({ host: '127.0.0.1', port: 0 })
  const cookie = await house.signIn('viewer')

  const source = house.users as unknown as UserSource & { lookup: NonNullable<UserSource['lookup']> }
  const asked = { lookup: vi.spyOn(source, 'lookup'), authenticate: vi.spyOn(source, 'authenticate') }
  const statements = (['run', 'all', 'get', 'iterate'] as const).map((name) => vi.spyOn(StatementSync.prototype, name))
  onTestFinished(() => void vi.restoreAllMocks())
  const before = { ...house.store.asked }

  return {
    ...house,
    /** Over a hundred connections at once. */
    async hundred(headers: Record<string, string> = { cookie }) {
      const answers = await Promise.all(HUNDRED.map(() => fetch(`${url}/view`, { headers })))
      const bodies = await Promise.all(answers.map((answer) => answer.text()))
      expect(answers.map(({ status }) => status)).toEqual(HUNDRED.map(() => 200))
      expect(bodies).toEqual(HUNDRED.map(() => 'viewer'))
      return answers.map((answer) => answer.headers.getSetCookie()[0]?.split(';', 1)[0])
    },
    counted: () => ({
      store: Object.fromEntries(
        Object.entries(house.store.asked).map(([name, times]) => [name, times - before[name as 'start']]),
      ),
      lookups: asked.lookup.mock.calls.length,
      logins: asked.authenticate.mock.calls.length,
    }),
    statements: () => statements.reduce((sum, { mock }) => sum + mock.calls.length, 0),
  }
}

const NOTHING = { store: { revision: 0, start: 0, confirm: 0, record: 0 }, lookups: 0, logins: 0 }
const ONCE = { ...NOTHING, store: { ...NOTHING.store, confirm: 1 }, lookups: 1 }

test('while a lease lasts, a hundred requests at once ask neither the store nor the source, from its start to its end', async () => {
  const house = await busyHouse()
  for (let part = 0; part < 6; part += 1) {
    expect(new Set(await house.hundred())).toEqual(new Set([undefined]))
    if (part < 5) house.clock.advance(part < 4 ? '12s' : '11s')
  }
  expect(house.counted()).toEqual(NOTHING)
  expect(house.statements()).toBe(0)
})

test('at its end, a hundred requests at once ask the store once and the source once, and all get one cookie', async () => {
  const house = await busyHouse()
  house.clock.advance('1m')
  const cookies = new Set(await house.hundred())
  expect(house.counted()).toEqual(ONCE)
  expect(house.statements()).toBeGreaterThan(0)

  const [renewed, ...others] = cookies
  expect(others).toEqual([])
  const spent = house.statements()
  await house.hundred({ cookie: renewed ?? '' })
  expect(house.counted()).toEqual(ONCE)
  expect(house.statements()).toBe(spent)
})
