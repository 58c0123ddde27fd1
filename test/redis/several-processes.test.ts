import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { anyRedis, freshOn, type RedisServer } from './redis-server.ts'

/** Processes of one application, which share nothing but a Redis and a secret. */

let server: RedisServer
beforeAll(async () => {
  server = await anyRedis()
})
afterAll(() => server?.stop())

const WAIT = { timeout: 20_000, interval: 20 }

/** A process that does as each line says: starts a session, confirms it, revokes it, or tells what it has heard. */
function node(prefix: string) {
  const source = `
    import { createInterface } from 'node:readline'
    import { openRedis, redisSessions } from ${JSON.stringify(import.meta.resolve('../../src/redis/index.ts'))}
    const [url, prefix] = process.argv.slice(1)
    const redis = openRedis(url)
    const now = Date.now()
    const store = redisSessions(redis, { prefix })
    const times = { startedAt: now, lastSeenAt: now, expiresAt: now + 60_000 }
    const session = { ...times, persistent: false, clientAddress: null, userAgent: null }
    const heard = []
    await store.ready()
    await store.follow((changes) => heard.push(...changes.map(({ subject }) => subject)))
    const does = {
      async start(id) {
        const position = await store.revision()
        return await store.start({ ...session, id, userId: 'local:' + id, userName: id }, position)
      },
      confirm: async (id) => (await store.confirm(id, now)) !== null,
      async revoke(id) {
        const change = { type: 'session-revoked', subject: id, until: now + 60_000 }
        return (await store.record(change, now)).ended
      },
      heard: () => heard.join(),
    }
    console.log('ready')
    for await (const line of createInterface(process.stdin)) {
      const [what, id] = line.split(' ')
      console.log(await does[what](id))
    }
    await redis.close()`
  const args = ['--no-warnings', '--input-type=module-typescript', '--eval', source, server.url, prefix]
  const child = spawn(process.execPath, args)
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  let rest = ''
  child.stdout.on('data', (data) => {
    const parts = `${rest}${data}`.split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  child.stderr.on('data', (data) => void lines.push(`error: ${data}`))
  let answers = 0
  const next = async () => {
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(answers), WAIT)
    return lines[answers++]
  }
  return {
    next,
    ask(line: string) {
      child.stdin.write(`${line}\n`)
      return next()
    },
    async end() {
      child.stdin.end()
      return await new Promise((resolve) => child.once('close', resolve))
    },
    kill: () => child.kill('SIGKILL'),
  }
}

test('what one process revokes, the other has heard and refuses; and it outlives the process that did it', async () => {
  const { prefix } = freshOn(server)
  const [one, two] = [node(prefix), node(prefix)]
  for (const each of [one, two]) expect(await each.next()).toBe('ready')
  expect(await one.ask('start anna')).toBe('true')
  expect(await one.ask('start berta')).toBe('true')
  expect(await two.ask('confirm anna')).toBe('true')
  expect(await two.ask('revoke anna')).toBe('1')
  two.kill()
  await vi.waitFor(async () => expect(await one.ask('heard')).toBe('anna'), WAIT)
  expect(await one.ask('confirm anna')).toBe('false')
  expect(await one.ask('confirm berta')).toBe('true')

  const three = node(prefix)
  expect(await three.next()).toBe('ready')
  expect(await three.ask('heard')).toBe('anna')
  expect(await one.end()).toBe(0)
})
