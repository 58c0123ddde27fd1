import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { ConfigurationError, DatabaseError } from 'ostiary'
import { openRedis, redisSessions } from 'ostiary/redis'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { makeCertificate } from '../ldap/certificates.ts'
import { openFaultyProxy } from '../servers/faulty-proxy.ts'
import { freshOn, PASSWORD, type PrivateRedis, startRedis } from './redis-server.ts'
import { session } from './session-record.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let server: PrivateRedis
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server?.stop())

function run(code: string, ...args: string[]) {
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', code, ...args],
    // One that hangs until the time is up has a signal then.
    { cwd: ROOT, encoding: 'utf8', timeout: 15_000 },
  )
  return { stdout, stderr, signal }
}

test('connections that are left open keep no process alive, and one that waits for an answer is', () => {
  const { prefix } = freshOn(server)
  const code = `
    const { openRedis, redisSessions } = await import('./src/redis/index.ts')
    const [url, prefix] = process.argv.slice(1)
    const store = redisSessions(openRedis(url), { prefix })
    await store.ready()
    await store.follow(() => {}, () => {})
    const now = Date.now()
    const { ended } = await store.record({ type: 'all-revoked', subject: null, until: now + 60_000 }, now)
    console.log(ended)`
  expect(run(code, server.url, prefix)).toEqual({ stdout: '0\n', stderr: '', signal: null })
})

test('without the package the entry can be imported, and the start says what to install', () => {
  const code = `
    import { registerHooks } from 'node:module'
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === '@redis/client') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })
        return next(specifier, context)
      },
    })
    const { openRedis } = await import('./src/redis/index.ts')
    await openRedis('redis://127.0.0.1:1').ready().catch(({ code, message }) => console.log(code, message))`
  const stdout = 'OSTIARY_CONFIGURATION openRedis() needs the package "@redis/client": npm install @redis/client\n'
  expect(run(code)).toEqual({ stdout, stderr: '', signal: null })
})

test.for(['wrong+password', 'wrong%2Bpassword'])('no error shows the password, right or wrong: %s', async (wrong) => {
  const other = server.url.replace(encodeURIComponent(PASSWORD), wrong)
  const nobody = `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:1`
  for (const url of [other, nobody]) {
    const { open } = freshOn(server, { url })
    const failure = await open()
      .ready()
      .catch((cause) => cause)
    expect(failure).toBeInstanceOf(DatabaseError)
    const shown = inspect(failure, { depth: 10, showHidden: true })
    expect(shown).toContain('redis://127.0.0.1:')
    expect(shown).not.toMatch(/its(\+|%2B)password|wrong(\+|%2B)password/)
  }
})

test('while nobody listens, calls fail at once rather than wait', async () => {
  const { open, prefix } = freshOn(server, { url: 'redis://127.0.0.1:1' })
  const store = redisSessions(open({ commandTimeout: '1h' }), { prefix })
  for (let call = 0; call < 3; call++) {
    await expect(store.confirm('one', 0)).rejects.toThrow(/Redis at redis:\/\/127.0.0.1:1\/0 .*ECONNREFUSED/)
  }
})

test('a server that accepts and says nothing is given up in time, with every call', async () => {
  const proxy = await openFaultyProxy(server.url)
  proxy.behave('silent')
  const { open, prefix } = freshOn(server, { url: proxy.over(server.url) })
  const redis = open({ commandTimeout: '200ms' })
  const store = redisSessions(redis, { prefix })
  const calls = [
    () => redis.ready(),
    () => store.revision(),
    () => store.start(session({ id: 'one' }), 1),
    () => store.confirm('one', 1),
    () => store.record({ type: 'all-revoked', subject: null, until: 2 }, 1),
    () => Array.fromAsync(store.list({ now: 1 })),
    () => store.follow(() => {}),
  ]
  for (const call of calls) await expect(call()).rejects.toThrow(/no answer within 200 ms|cannot be asked/)
  proxy.behave('pass')
  await vi.waitFor(() => redis.ready(), { timeout: 20_000 })
})

test('what speaks another protocol is an error, and no crash', async () => {
  const other = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void other.close())
  const { port } = other.address() as { port: number }
  const { open } = freshOn(server, { url: `redis://:x@127.0.0.1:${port}` })
  await expect(open({ commandTimeout: '500ms' }).ready()).rejects.toThrow(DatabaseError)
})

test('a server that has forgotten our scripts is told them again', async () => {
  const { open, prefix } = freshOn(server)
  const store = redisSessions(open(), { prefix })
  expect(await store.confirm('one', 0)).toBeNull()
  await server.ask('SCRIPT', 'FLUSH')
  expect(await store.confirm('one', 0)).toBeNull()
})

test('a closed connection says so', async () => {
  const { open, prefix } = freshOn(server)
  const redis = open()
  const store = redisSessions(redis, { prefix })
  await redis.ready()
  await redis.close()
  await expect(store.confirm('one', 0)).rejects.toThrow(/the connection was closed/)
  await expect(store.follow(() => {})).rejects.toThrow(/the connection was closed/)
})

test('a server that drops keys when its memory is full is warned of, once', async () => {
  await server.ask('CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru')
  onTestFinished(
    async () => void (await server.ask('CONFIG', 'SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction')),
  )
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warned.mockRestore())
  const redis = freshOn(server).open()
  await redis.ready()
  await redis.ready()
  expect(warned.mock.calls).toEqual([
    [expect.stringContaining('drops keys'), { type: 'OstiaryWarning', code: 'OSTIARY_REDIS_EVICTS' }],
  ])
})

test('an account that may use nothing but our keys is enough', async () => {
  const { prefix } = freshOn(server)
  const rules = ['on', '>secret', `~{${prefix}}:*`, '-@all', '+@connection', '+@scripting', '+@hash', '+@sortedset']
  await server.ask('ACL', 'SETUSER', 'ostiary', ...rules, '+@stream', '+@keyspace', '+@string', '+time', '-@dangerous')
  const { open } = freshOn(server, { url: `redis://ostiary:secret@127.0.0.1:${server.port}` })
  const store = redisSessions(open(), { prefix })
  await store.ready?.()
  const heard: unknown[] = []
  onTestFinished(await store.follow((changes) => void heard.push(...changes)))
  const record = session({ id: 'one' })
  expect(await store.start(record, await store.revision())).toBe(true)
  expect(await store.confirm('one', record.startedAt)).toBe(await store.revision())
  const asked = { type: 'user-revoked', subject: record.userId, until: record.expiresAt } as const
  const { change, ended } = await store.record(asked, record.startedAt)
  expect([change.revision, ended]).toEqual([await store.revision(), 1])
  expect(heard).toContainEqual(change)
})

test('over TLS, a server is believed if its certificate is of a trusted authority', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ostiary-redis-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { ca, certificate, key } = makeCertificate(folder, 'redis')
  const port = await tlsInFrontOf(server.port, readFileSync(certificate, 'utf8'), readFileSync(key, 'utf8'))
  const url = server.url.replace('redis:', 'rediss:').replace(/127\.0\.0\.1:\d+/, `localhost:${port}`)
  await freshOn(server, { url })
    .open({ ca: readFileSync(ca, 'utf8') })
    .ready()
  await expect(freshOn(server, { url }).open().ready()).rejects.toThrow(/certificate/)
})

test('a time limit that is none is a configuration error', () => {
  for (const commandTimeout of [0, -1, Number.NaN, 'soon' as '1s']) {
    expect(() => openRedis(server.url, { commandTimeout })).toThrow(ConfigurationError)
  }
})

async function tlsInFrontOf(port: number, cert: string, key: string): Promise<number> {
  const tls = createTlsServer({ cert, key }, (socket) => {
    const upstream = connect(port, '127.0.0.1')
    for (const each of [socket, upstream]) each.on('error', () => {})
    socket.pipe(upstream).pipe(socket)
  })
  tls.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => tls.listen(0, 'localhost', resolve))
  onTestFinished(() => void tls.close())
  return (tls.address() as { port: number }).port
}
