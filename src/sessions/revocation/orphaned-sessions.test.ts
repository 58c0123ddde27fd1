import { expect, test, vi } from 'vitest'
import { createOrphanedSessions } from './orphaned-sessions.ts'

test('what is abandoned is ended at once', async () => {
  const end = vi.fn(async () => 1)
  createOrphanedSessions(end).add('one')
  await vi.waitFor(() => expect(end).toHaveBeenCalledExactlyOnceWith({ session: 'one' }))
})

test('what cannot be ended is tried again when the store answers, each once', async () => {
  let down = true
  const ended: unknown[] = []
  const abandoned = createOrphanedSessions(async (target) => {
    if (down) throw new Error('down')
    ended.push(target)
    return 1
  })
  for (const id of ['one', 'two', 'two']) abandoned.add(id)
  await new Promise(setImmediate)
  abandoned.endAll()
  await new Promise(setImmediate)
  expect(ended).toEqual([])
  down = false
  abandoned.endAll()
  abandoned.endAll()
  await vi.waitFor(() => expect(ended).toEqual([{ session: 'one' }, { session: 'two' }]))
  abandoned.endAll()
  await new Promise(setImmediate)
  expect(ended).toHaveLength(2)
})

test('an outage that lasts does not fill the memory', async () => {
  let down = true
  const ended = vi.fn(async () => {
    if (down) throw new Error('down')
    return 1
  })
  const abandoned = createOrphanedSessions(ended)
  for (let index = 0; index < 20_000; index += 1) abandoned.add(`${index}`)
  await new Promise(setImmediate)
  down = false
  ended.mockClear()
  abandoned.endAll()
  await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(10_000))
})
