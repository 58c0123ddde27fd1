import { sqlThrottle } from 'ostiary/sql'
import { throttleStoreContract } from 'ostiary/testing/contracts'
import { expect, onTestFinished, test } from 'vitest'
import { runProcess } from './database-process.ts'
import { type DatabaseServer, freshFor, openedOn } from './database-server.ts'

/** Attempts to sign in, counted by several processes at once. */
export function describeLoginThrottle(server: DatabaseServer): void {
  throttleStoreContract(`a throttle on ${server.name}`, async ({ clock }) => {
    const { database, drop } = await openedOn(server)
    return {
      store: sqlThrottle(database, { clock }),
      openAnother: () => sqlThrottle(database, { clock }),
      teardown: drop,
    }
  })

  test(`a count on ${server.name} that a clock began which has been set back since has ended`, async () => {
    const { database, drop } = await openedOn(server)
    onTestFinished(drop)
    const now = Date.now()
    // The one in the middle belongs to a node whose clock differs.
    const [store, behind, setBack] = [0, 50_000, 86_400_000].map((by) =>
      sqlThrottle(database, { clock: () => now - by }),
    )
    await store?.consume('one', 1, 60_000)
    expect(await behind?.consume('one', 1, 60_000)).toMatchObject({ consumed: false, count: 1 })
    expect(await setBack?.read('one')).toBeUndefined()
    expect(await Array.fromAsync(setBack?.list() ?? [])).toEqual([])
    expect(await setBack?.consume('one', 1, 60_000)).toMatchObject({ consumed: true, count: 1 })
    expect(await setBack?.consume('one', 1, 60_000)).toMatchObject({ consumed: false, count: 1 })
  })

  test(`guesses at two processes that share ${server.name} are counted together`, async () => {
    const { url, open } = await freshFor(server)
    const database = open()
    await database.ready()
    const script = `
      const { createAuth, defineUserSource, rejected } = await import(args[0])
      const { sqlThrottle } = await import(args[1])
      const { testRequest } = await import(args[2])
      const auth = createAuth({
        roles: [],
        sources: [defineUserSource('people', async () => rejected())],
        sessions: { secret: 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A' },
        throttle: { store: sqlThrottle(openDatabase(url)), wait: async () => {} },
      })
      await auth.ready()
      const request = testRequest({ clientAddress: args[3] })
      const form = { username: 'anna', password: 'wrong', persistent: false, next: undefined, fields: {} }
      const ended = await Promise.all(Array.from({ length: 25 }, () => auth.signIn(form, request, null)))
      process.stdout.write(String(ended.filter(({ outcome }) => outcome === 'refused').length))
      process.exit()`
    const modules = ['index.ts', 'sql/index.ts', 'testing/test-request.ts'].map((path) =>
      import.meta.resolve(`../../src/${path}`),
    )
    const processes = ['192.0.2.1', '192.0.2.2'].map((address) => runProcess(script, url, ...modules, address).done)
    const [one, two] = await Promise.all(processes)
    expect([one?.errors, two?.errors]).toEqual(['', ''])
    expect(Number(one?.output) + Number(two?.output)).toBe(10)

    const db = await database.tables()
    const rows = await db.selectFrom('ostiary_login_throttle').selectAll().execute()
    expect(new Set(rows.map(({ subject }) => subject.split(':')[0]))).toEqual(
      new Set(['account', 'client', 'network', 'overall']),
    )
    expect(JSON.stringify(rows)).not.toContain('anna')
    expect(rows.find(({ subject }) => subject === 'overall')?.attempts).toBe(10)
  })
}
