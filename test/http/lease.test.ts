import { StatementSync } from 'node:sqlite'
import type { UserSource } from 'ostiary'
import { protect } from 'ostiary/fastify'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { VIEW } from '../application/test-auth.ts'

/** What requests cost while a lease lasts, and at its end: counted, at the store, at the source and at its database. */

const HUNDRED = Array.from({ length: 100 })

async function busyApplication() {
  const application = await openApplication({
    routes: (app) => app.get('/view', protect({ permission: VIEW }), async ({ user }) => user.name),
  })
  const url = await application.app.listen({ host: '127.0.0.1', port: 0 })
  const cookie = await application.signIn('viewer')

  const source = application.users as unknown as UserSource & { lookup: NonNullable<UserSource['lookup']> }
  const asked = { lookup: vi.spyOn(source, 'lookup'), authenticate: vi.spyOn(source, 'authenticate') }
  const statements = (['run', 'all', 'get', 'iterate'] as const).map((name) => vi.spyOn(StatementSync.prototype, name))
  onTestFinished(() => void vi.restoreAllMocks())
  const before = { ...application.store.asked }

  return {
    ...application,
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
        Object.entries(application.store.asked).map(([name, times]) => [name, times - before[name as 'start']]),
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
  const application = await busyApplication()
  for (let part = 0; part < 6; part += 1) {
    expect(new Set(await application.hundred())).toEqual(new Set([undefined]))
    if (part < 5) application.clock.advance(part < 4 ? '12s' : '11s')
  }
  expect(application.counted()).toEqual(NOTHING)
  expect(application.statements()).toBe(0)
})

test('at its end, a hundred requests at once ask the store once and the source once, and all get one cookie', async () => {
  const application = await busyApplication()
  application.clock.advance('1m')
  const cookies = new Set(await application.hundred())
  expect(application.counted()).toEqual(ONCE)
  expect(application.statements()).toBeGreaterThan(0)

  const [renewed, ...others] = cookies
  expect(others).toEqual([])
  const spent = application.statements()
  await application.hundred({ cookie: renewed ?? '' })
  expect(application.counted()).toEqual(ONCE)
  expect(application.statements()).toBe(spent)
})
