import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** The URLs of the modules that an import loads, in a process of its own. */
async function loadedBy(specifier: string): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module'
    const urls = []
    registerHooks({ load: (url, context, nextLoad) => (urls.push(url), nextLoad(url, context)) })
    await import(${JSON.stringify(specifier)})
    process.stdout.write(JSON.stringify(urls))
  `
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  return JSON.parse(stdout) as string[]
}

const PACKAGES = ['bowser', 'content-type', 'eta', 'fastify-plugin', 'ipaddr.js', 'lru-cache', 'negotiator']
const packagesIn = (urls: readonly string[]) => parts(urls, /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//)

/** What a pattern finds in them, each once. */
function parts(urls: readonly string[], pattern: RegExp): string[] {
  return [...new Set(urls.flatMap((url) => pattern.exec(url)?.[1] ?? []))].sort()
}

test('importing the plugin loads no driver and no hash, and little of Node', { timeout: 30_000 }, async () => {
  const urls = await loadedBy(new URL('../../src/fastify/index.ts', import.meta.url).href)
  expect(packagesIn(urls)).toEqual(PACKAGES)
  // Of these, `node:http` takes the longest by far when a module imports it, since its exports include WebSocket.
  expect(parts(urls, /^node:(.+)$/)).toEqual([
    'async_hooks',
    'crypto',
    'diagnostics_channel',
    'net',
    'path',
    'timers/promises',
  ])

  const own = urls.filter((url) => url.includes('/src/'))
  expect(own).toContain(new URL('../../src/fastify/plugin.ts', import.meta.url).href)
  expect(parts(own, /\/src\/([\w-]+)\//)).toEqual([
    'audit',
    'fastify',
    'http',
    'login',
    'pages',
    'policy',
    'records',
    'resilience',
    'sealing',
    'sessions',
    'throttle',
    'users',
  ])
  expect(own.length).toBeLessThanOrEqual(170)
})

test('as it is published, it is in few files, and loads nothing more', { timeout: 30_000 }, async () => {
  const urls = await loadedBy('ostiary/fastify')
  expect(packagesIn(urls)).toEqual(PACKAGES.filter((name) => !['bowser', 'ipaddr.js', 'lru-cache'].includes(name)))
  const own = urls.filter((url) => url.includes('/dist/') && !url.includes('/node_modules/'))
  expect(own).not.toEqual([])
  expect(own.length).toBeLessThanOrEqual(15)
})
