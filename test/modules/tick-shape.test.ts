import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** How many ticks an application has left in memory when it is ready, in a process of its own. */
async function ticksKeptBy(application: string): Promise<number> {
  const script = `
    import { createHook } from 'node:async_hooks'
    import { setTimeout as sleep } from 'node:timers/promises'
    import Fastify from 'fastify'

    const ticks = []
    createHook({ init(id, type, trigger, tick) { if (type === 'TickObject') ticks.push(new WeakRef(tick)) } }).enable()
    const app = Fastify()
    ${application}
    await app.ready()
    if (ticks.length === 0) throw new Error('No tick was seen.')
    // Until then, what a WeakRef has seen stays.
    await sleep(10)
    gc()
    process.stdout.write(String(ticks.filter((tick) => tick.deref()).length))
  `
  const args = ['--expose-gc', '--no-warnings', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return Number(stdout)
}

const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)

test('importing the plugin keeps one tick, so that V8 does not forget their shape, and using it keeps no more', async () => {
  const imported = `const { ostiary } = await import(${here('../../src/fastify/index.ts')})`
  const registered = `
    ${imported}
    const { createAuth, generateSecret } = await import(${here('../../src/index.ts')})
    const auth = createAuth({ roles: [], sources: [], sessions: { secret: generateSecret() } })
    await Fastify().register(ostiary, { auth })
    await app.register(ostiary, { auth })
  `
  expect(await ticksKeptBy('')).toBe(0)
  expect(await ticksKeptBy(imported)).toBe(1)
  expect(await ticksKeptBy(registered)).toBe(1)
}, 30_000)
