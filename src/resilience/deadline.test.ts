import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DeadlineError, withDeadline } from './deadline.ts'

const never = () => new Promise<never>(() => {})

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

describe('work that ends in time', () => {
  test.each([
    ['an answer', async () => 'yes'],
    ['a value at once', () => 'yes'],
  ])('gives %s, and leaves no timer behind', async (_, work) => {
    expect(await withDeadline({ ms: 100 }, work)).toBe('yes')
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws at once',
      () => {
        throw new Error('no')
      },
    ],
  ])('and %s fails with its own error, and leaves no timer behind', async (_, work: () => Promise<unknown>) => {
    await expect(withDeadline({ ms: 100 }, work)).rejects.toThrow('no')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('has begun before the caller goes on', () => {
    const work = vi.fn(never)
    void withDeadline({ ms: 100 }, work)
    expect(work).toHaveBeenCalledOnce()
  })
})

describe('work that does not end in time', () => {
  test('is given up with an error that says how long it was waited for', async () => {
    const waiting = withDeadline({ ms: 100, prefix: 'connecting: ' }, never)
    const outcome = expect(waiting).rejects.toThrow(new DeadlineError({ ms: 100, prefix: 'connecting: ' }))
    await vi.advanceTimersByTimeAsync(100)
    await outcome
    await expect(waiting).rejects.toThrow('connecting: no answer within 100 ms')
    await expect(waiting).rejects.toBeInstanceOf(DeadlineError)
  })

  test('hears of it by its signal, whose reason is the same error', async () => {
    let signal: AbortSignal | undefined
    const waiting = withDeadline({ ms: 100 }, (given) => {
      signal = given
      return never()
    })
    const failure = waiting.catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(99)
    expect(signal?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(signal?.reason).toBe(await failure)
  })

  test('cannot answer after all when its signal fires', async () => {
    const waiting = withDeadline(
      { ms: 100 },
      (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    )
    const outcome = expect(waiting).rejects.toThrow('no answer within 100 ms')
    await vi.advanceTimersByTimeAsync(100)
    await outcome
  })

  test('is waited for where only the caller may give up', async () => {
    const work = Promise.withResolvers<string>()
    const waiting = withDeadline({ ms: Infinity, signal: new AbortController().signal }, () => work.promise)
    expect(vi.getTimerCount()).toBe(0)
    work.resolve('late')
    expect(await waiting).toBe('late')
  })
})

describe('a caller that gives up', () => {
  test('ends the wait with the reason of its signal, and stops the work', async () => {
    const caller = new AbortController()
    let signal: AbortSignal | undefined
    const waiting = withDeadline({ ms: 100, signal: caller.signal }, (given) => {
      signal = given
      return never()
    })
    const reason = new Error('the client is gone')
    caller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect(signal?.reason).toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('has given up before the work begins, which then does not begin', async () => {
    const work = vi.fn(never)
    await expect(withDeadline({ ms: 100, signal: AbortSignal.abort('gone') }, work)).rejects.toThrow('aborted')
    expect(work).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('comes too late for work that has ended', async () => {
    const caller = new AbortController()
    let signal: AbortSignal | undefined
    await withDeadline({ ms: 100, signal: caller.signal }, (given) => {
      signal = given
    })
    caller.abort()
    expect(signal?.aborted).toBe(false)
    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
  })
})

test('a wait in the background does not keep the process alive, any other one does', () => {
  vi.useRealTimers()
  const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length
  const before = timers()
  void withDeadline({ ms: 60_000, background: true }, never)
  expect(timers()).toBe(before)
  const caller = new AbortController()
  withDeadline({ ms: 60_000, signal: caller.signal }, never).catch(() => {})
  expect(timers()).toBe(before + 1)
  caller.abort()
  expect(timers()).toBe(before)
})

test('a deadline that is longer than any timer of Node is not over at once', async () => {
  vi.useRealTimers()
  const caller = new AbortController()
  const waiting = withDeadline({ ms: 2 ** 40, signal: caller.signal }, never)
  const first = await Promise.race([waiting, sleep(20, 'still waiting')])
  expect(first).toBe('still waiting')
  caller.abort()
  await expect(waiting).rejects.toThrow()
})
