import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** The URLs of the modules that importing `ostiary/fastify` loads, in a process of its own. */
async function loadedModules(): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module'
    const urls = []
    registerHooks({ load: (url, context, nextLoad) => (urls.push(url), nextLoad(url, context)) })
    await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)})
    process.stdout.write(JSON.stringify(urls))
  `
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  return JSON.parse(stdout) as string[]
}

test('importing the plugin loads no driver and no hash, and little of Node', { timeout: 30_000 }, async () => {
  const urls = await loadedModules()
  const matches = (pattern: RegExp) => [...new Set(urls.flatMap((url) => pattern.exec(url)?.[1] ?? []))].sort()

  expect(matches(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//)).toEqual([
    'bowser',
    'content-type',
    'eta',
    'fastify-plugin',
    'lru-cache',
    'negotiator',
  ])
  // Of these, `node:http` takes the longest by far when a module imports it, since its exports include WebSocket.
  expect(matches(/^node:(.+)$/)).toEqual(['crypto', 'diagnostics_channel', 'net', 'path', 'timers/promises'])

  const own = urls.filter((url) => url.includes('/src/'))
  expect(own).toContain(new URL('plugin.ts', import.meta.url).href)
  expect(matches(/\/src\/([\w-]+)\//)).toEqual(['audit', 'fastify', 'login', 'pages', 'policy', 'sessions', 'users'])
  expect(own.length).toBeLessThanOrEqual(100)
})
