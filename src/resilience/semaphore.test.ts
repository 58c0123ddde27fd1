import { getEventListeners } from 'node:events'
import { setImmediate as settle } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { createKeyedSemaphore, createSemaphore, QueueFullError } from './semaphore.ts'

describe('a semaphore', () => {
  test('gives away as many places as it has, and the next when one comes back', async () => {
    const semaphore = createSemaphore({ places: 2 })
    const [first, second] = [await semaphore.acquire(), await semaphore.acquire()]
    expect(semaphore.tryAcquire()).toBeUndefined()
    first()
    expect(semaphore.running).toBe(1)
    expect(semaphore.tryAcquire()).toBeTypeOf('function')
    second()
    expect(semaphore.running).toBe(1)
  })

  test('hands a place to whoever waits longest, ahead of a newcomer', async () => {
    const semaphore = createSemaphore({ places: 1 })
    const order: string[] = []
    const release = await semaphore.acquire()
    const waiting = ['first', 'second'].map((name) => semaphore.run(() => void order.push(name)))
    release()
    expect(semaphore.tryAcquire()).toBeUndefined()
    await Promise.all([...waiting, semaphore.run(() => void order.push('newcomer'))])
    expect(order).toEqual(['first', 'second', 'newcomer'])
    expect(semaphore).toMatchObject({ running: 0, queued: 0 })
  })

  test('counts a place that is given back twice once', async () => {
    const semaphore = createSemaphore({ places: 2 })
    const [release] = [await semaphore.acquire(), await semaphore.acquire()]
    release()
    release()
    expect(semaphore.running).toBe(1)
  })

  test('gives the place back when the work fails, at once or later', async () => {
    const semaphore = createSemaphore({ places: 1 })
    const failing = () => {
      throw new Error('no')
    }
    await expect(semaphore.run(failing)).rejects.toThrow('no')
    await expect(semaphore.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(semaphore.running).toBe(0)
  })

  test('refuses at once when its queue is full, and takes in again when there is room', async () => {
    const semaphore = createSemaphore({ places: 1, maxQueued: 1 })
    const release = await semaphore.acquire()
    const waiting = semaphore.acquire()
    await expect(semaphore.acquire()).rejects.toThrow(QueueFullError)
    release()
    await waiting
    expect(semaphore.queued).toBe(0)
    const next = semaphore.acquire()
    expect(semaphore.queued).toBe(1)
    ;(await waiting)()
    await next
  })
})

describe('a caller with a signal', () => {
  test('that fires leaves the queue with its reason, and the next one moves up', async () => {
    const semaphore = createSemaphore({ places: 1 })
    const release = await semaphore.acquire()
    const controller = new AbortController()
    const left = semaphore.acquire(controller.signal)
    const next = semaphore.acquire()
    controller.abort('gone')
    await expect(left).rejects.toBe('gone')
    expect(semaphore.queued).toBe(1)
    release()
    await next
  })

  test('that has fired takes no place', async () => {
    const semaphore = createSemaphore({ places: 1 })
    await expect(semaphore.acquire(AbortSignal.abort('gone'))).rejects.toBe('gone')
    expect(semaphore.running).toBe(0)
  })

  test('that fires in the moment of its turn keeps the place, and gives it back', async () => {
    const semaphore = createSemaphore({ places: 1 })
    const release = await semaphore.acquire()
    const controller = new AbortController()
    const turn = semaphore.acquire(controller.signal)
    release()
    controller.abort()
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    ;(await turn)()
    expect(semaphore.running).toBe(0)
  })
})

describe('a semaphore for each key', () => {
  test('lets keys pass each other by, and callers of one key in turn', async () => {
    const semaphores = createKeyedSemaphore({ places: 1 })
    const first = Promise.withResolvers<void>()
    const [second, other] = [vi.fn(), vi.fn()]
    const running = semaphores.run('anna', () => first.promise)
    const waiting = semaphores.run('anna', second)
    await semaphores.run('bert', other)
    expect(second).not.toHaveBeenCalled()
    first.resolve()
    await Promise.all([running, waiting])
    expect(second).toHaveBeenCalledOnce()
  })

  test('keeps the turns of a key when one caller ends just as another one comes', async () => {
    const semaphores = createKeyedSemaphore({ places: 1 })
    let inside = 0
    let most = 0
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await settle()
      inside -= 1
    }
    const chain = async () => {
      for (let round = 0; round < 5; round += 1) await semaphores.run('anna', work)
    }
    await Promise.all([chain(), chain(), chain()])
    expect(most).toBe(1)
  })

  test('has as many places for a key after they came back as before', () => {
    const semaphores = createKeyedSemaphore({ places: 2 })
    for (let round = 0; round < 3; round += 1) {
      const releases = [semaphores.tryAcquire('anna'), semaphores.tryAcquire('anna')]
      expect(semaphores.tryAcquire('anna')).toBeUndefined()
      for (const release of releases) release?.()
    }
  })
})
