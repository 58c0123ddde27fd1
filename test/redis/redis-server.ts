import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { openRedis, type RedisConnection } from 'ostiary/redis'
import { onTestFinished } from 'vitest'
import { createServerHome, findProgram } from '../databases/server-process.ts'
import { eventually } from '../servers/eventually.ts'

/** A real Redis, in which each test has a prefix of its own. */
export interface RedisServer {
  readonly url: string
  /** Asks as an operator would. */
  ask(...args: string[]): Promise<unknown>
  stop(): Promise<void>
}

/** One that is started for these tests alone, and that they may treat badly. What it has acknowledged, it keeps. */
export interface PrivateRedis extends RedisServer {
  readonly port: number
  /** Ends it as a crash does. */
  crash(): Promise<void>
  /** Starts it again, on the data that it left; or without them. */
  restart(options?: { readonly empty?: boolean }): Promise<void>
  signal(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void>
}

export const PASSWORD = 'its+password'

/** The Redis that OSTIARY_TEST_REDIS_URL names, or one that is started for these tests alone. */
export async function anyRedis(): Promise<RedisServer> {
  const url = process.env.OSTIARY_TEST_REDIS_URL
  return url ? { url, ask: (...args) => askOnce(url, args), stop: async () => {} } : await startRedis()
}

export async function startRedis(...settings: string[]): Promise<PrivateRedis> {
  const program = findProgram('redis-server', 'redis-server')
  const home = await createServerHome('redis')
  const url = `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${home.port}`
  const down = join(home.folder, 'down')
  const ask = (...args: string[]) => askOnce(url, args)
  const pid = async () => Number(await readFile(join(home.folder, 'pid'), 'utf8'))
  const answers = () => eventually(() => ask('PING'), PATIENCE_MS)

  // The shell starts it again whenever it has ended, unless it is to be down.
  const script = `
    trap 'kill -CONT $!; kill -TERM $!; wait $!; exit' TERM
    while :; do
      if [ -e down ]; then sleep 0.02; else "$@" & wait $!; fi
    done`
  const options = {
    port: home.port,
    bind: '127.0.0.1',
    dir: home.folder,
    pidfile: join(home.folder, 'pid'),
    requirepass: PASSWORD,
    appendonly: 'yes',
    save: '',
  }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`])
  await home.start('/bin/sh', ['-c', script, 'sh', program, ...args, ...settings], 'TERM', () => ask('PING'))

  return {
    url,
    port: home.port,
    ask,
    stop: home.stop,
    async crash() {
      await writeFile(down, '')
      process.kill(await pid(), 'SIGKILL')
      await eventually(() => ask('PING').then(fail, () => {}), PATIENCE_MS)
    },
    async restart({ empty = false } = {}) {
      if (empty) await rm(join(home.folder, 'appendonlydir'), { recursive: true })
      await rm(down)
      await answers()
    },
    async signal(signal) {
      process.kill(await pid(), signal)
      if (signal === 'SIGCONT') await answers()
    },
  }
}

/** For one test: connections, which are closed, and a prefix, whose keys are deleted. */
export function usedBy(server: RedisServer, { url = server.url } = {}) {
  const prefix = `test-${randomUUID()}`
  const opened: RedisConnection[] = []
  async function teardown(): Promise<void> {
    for (const redis of opened) await redis.close()
    const keys = (await server.ask('KEYS', `{${prefix}}:*`)) as string[]
    if (keys.length > 0) await server.ask('UNLINK', ...keys)
  }
  return {
    prefix,
    open(options?: Parameters<typeof openRedis>[1]): RedisConnection {
      const redis = openRedis(url, options)
      opened.push(redis)
      return redis
    },
    teardown,
  }
}

export function freshOn(server: RedisServer, options?: { readonly url?: string }) {
  const used = usedBy(server, options)
  onTestFinished(used.teardown)
  return used
}

async function askOnce(url: string, args: string[]): Promise<unknown> {
  const client = createClient({ url, RESP: 2, socket: { reconnectStrategy: false, connectTimeout: 2000 } })
  client.on('error', () => {})
  await client.connect()
  try {
    return await client.sendCommand(args)
  } finally {
    client.destroy()
  }
}

function fail(): never {
  throw new Error('it still answers')
}

const PATIENCE_MS = 20_000
