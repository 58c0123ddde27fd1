import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** How many ticks an application with these plugins has left in memory when it is ready. In a process of its own. */
async function ticksKeptWith(plugins: string): Promise<number> {
  const script = `
    import { createHook } from 'node:async_hooks'
    import { setTimeout as sleep } from 'node:timers/promises'
    import Fastify from 'fastify'
    import { createAuth, generateSecret } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)}
    import { ostiary } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)}

    const ticks = []
    createHook({ init(id, type, trigger, tick) { if (type === 'TickObject') ticks.push(new WeakRef(tick)) } }).enable()
    const auth = createAuth({ roles: [], sources: [], sessions: { secret: generateSecret() } })
    const app = Fastify()
    ${plugins}
    await app.ready()
    if (ticks.length === 0) throw new Error('No tick was seen.')
    // Until then, what a WeakRef has seen stays.
    await sleep(10)
    gc()
    process.stdout.write(String(ticks.filter((tick) => tick.deref()).length))
    process.exit()
  `
  const args = ['--expose-gc', '--no-warnings', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return Number(stdout)
}

test('the plugin keeps one tick, however often it is registered, so that V8 does not forget their shape', async () => {
  expect(await ticksKeptWith('')).toBe(0)
  const register = 'await app.register(ostiary, { auth })'
  expect(await ticksKeptWith(register)).toBe(1)
  expect(await ticksKeptWith(`await Fastify().register(ostiary, { auth }); ${register}`)).toBe(1)
}, 30_000)
