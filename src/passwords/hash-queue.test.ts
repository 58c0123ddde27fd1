import { getEventListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ConfigurationError, HashingBusyError } from '../errors.ts'
import { createHashQueue, type HashQueue } from './hash-queue.ts'

/** Puts a job into the queue that says when it begins and ends when it is told to. */
function enqueue(queue: HashQueue, signal?: AbortSignal) {
  const { promise: ended, resolve: finish, reject: fail } = Promise.withResolvers<string>()
  const job = { begun: false, finish, fail, result: undefined as unknown as Promise<string> }
  job.result = queue.run(() => {
    job.begun = true
    return ended
  }, signal)
  job.result.catch(() => {})
  return job
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('no more jobs run at once than the limit', async () => {
  const queue = createHashQueue({ maxConcurrent: 2 })
  const jobs = [1, 2, 3, 4, 5].map(() => enqueue(queue))
  await settle()
  expect(jobs.map((job) => job.begun)).toEqual([true, true, false, false, false])
  expect(queue.stats).toEqual({ computed: 0, running: 2, queued: 3 })

  jobs[1]?.finish('second')
  await expect(jobs[1]?.result).resolves.toBe('second')
  await settle()
  expect(queue.stats).toEqual({ computed: 1, running: 2, queued: 2 })
})

test('who came first is served first, and nobody who comes later jumps in', async () => {
  const queue = createHashQueue({ maxConcurrent: 1 })
  const [first, second, third] = [enqueue(queue), enqueue(queue), enqueue(queue)]
  first.finish('')
  await first.result
  const late = enqueue(queue)
  await settle()
  expect([second, third, late].map((job) => job.begun)).toEqual([true, false, false])
  second.finish('')
  await settle()
  expect([second, third, late].map((job) => job.begun)).toEqual([true, true, false])
})

test('a full queue says so at once and runs nothing', async () => {
  const queue = createHashQueue({ maxConcurrent: 1, maxQueued: 1 })
  const [running, waiting, refused] = [enqueue(queue), enqueue(queue), enqueue(queue)]
  await expect(refused.result).rejects.toThrow(HashingBusyError)
  running.finish('')
  waiting.finish('')
  await waiting.result
  expect(refused.begun).toBe(false)
  expect(queue.stats).toEqual({ computed: 2, running: 0, queued: 0 })
})

test('a queue without waiting room still runs what there is room for', async () => {
  const queue = createHashQueue({ maxConcurrent: 1, maxQueued: 0 })
  await expect(queue.run(async () => 'done')).resolves.toBe('done')
  await expect(queue.run(async () => 'done')).resolves.toBe('done')
})

test('an abort while waiting takes the job out of the queue, with the reason of the signal', async () => {
  const queue = createHashQueue({ maxConcurrent: 1, maxQueued: 1 })
  const running = enqueue(queue)
  const controller = new AbortController()
  const left = enqueue(queue, controller.signal)
  const reason = new Error('the client is gone')
  controller.abort(reason)
  await expect(left.result).rejects.toBe(reason)
  expect(queue.stats.queued).toBe(0)

  const next = enqueue(queue)
  running.finish('')
  next.finish('next')
  await expect(next.result).resolves.toBe('next')
  expect(left.begun).toBe(false)
})

test('a signal that is aborted already runs nothing', async () => {
  const queue = createHashQueue()
  const job = enqueue(queue, AbortSignal.abort('gone'))
  await expect(job.result).rejects.toBe('gone')
  expect(job.begun).toBe(false)
  expect(queue.stats).toEqual({ computed: 0, running: 0, queued: 0 })
})

test('an abort after the job has begun lets it finish', async () => {
  const queue = createHashQueue({ maxConcurrent: 1 })
  const controller = new AbortController()
  const [first, second] = [enqueue(queue), enqueue(queue, controller.signal)]
  first.finish('')
  await settle()
  expect(second.begun).toBe(true)
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  controller.abort()
  second.finish('kept')
  await expect(second.result).resolves.toBe('kept')
})

test('a job that fails gives its place to the next', async () => {
  const queue = createHashQueue({ maxConcurrent: 1 })
  const [failing, next] = [enqueue(queue), enqueue(queue)]
  failing.fail(new Error('no memory'))
  await expect(failing.result).rejects.toThrow('no memory')
  next.finish('done')
  await expect(next.result).resolves.toBe('done')

  const throwing = queue.run(() => {
    throw new Error('at once')
  })
  await expect(throwing).rejects.toThrow('at once')
  expect(queue.stats).toEqual({ computed: 3, running: 0, queued: 0 })
})

test.each(['', '2', '64'])(
  'by default one thread of the pool stays free, and 64 wait for each that runs: %s',
  async (size) => {
    vi.stubEnv('UV_THREADPOOL_SIZE', size)
    onTestFinished(() => void vi.unstubAllEnvs())
    const queue = createHashQueue()
    const jobs = Array.from({ length: 10_000 }, () => enqueue(queue))
    await settle()
    const { running, queued } = queue.stats
    expect(running).toBe(Math.min(availableParallelism(), Number(size || 4) - 1))
    expect(queued).toBe(64 * running)
    for (const job of jobs) job.finish('')
  },
)

test.each([
  { maxConcurrent: 0 },
  { maxConcurrent: 1.5 },
  { maxConcurrent: Number.NaN },
  { maxQueued: -1 },
  { maxQueued: Number.POSITIVE_INFINITY },
])('a limit that is not a whole number is a configuration error: %o', (options) => {
  expect(() => createHashQueue(options)).toThrow(ConfigurationError)
})
