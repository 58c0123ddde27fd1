import { expect, onTestFinished, test, vi } from 'vitest'
import type { AuditEntry, AuditEvent } from './audit-event.ts'
import { createAuditLogger } from './audit-logger.ts'

const revoked: AuditEntry = { type: 'session.revoked', target: 'all', ended: 3 }
const changed: AuditEntry = { type: 'user.changed', change: 'added', user: 'local:1', userName: 'anna' }

function warnings() {
  const spy = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => spy.mockRestore())
  return spy.mock.calls
}

test('every log gets every event, with its time, and cannot change it', () => {
  const logs: AuditEvent[][] = [[], []]
  const trail = createAuditLogger(
    logs.map((log) => ({ record: (event) => void log.push(event) })),
    () => 1234,
  )
  trail.record(revoked)
  trail.record(changed)
  for (const log of logs)
    expect(log).toEqual([
      { at: 1234, ...revoked },
      { at: 1234, ...changed },
    ])
  expect(logs[0]?.[0]).toSatisfy(Object.isFrozen)
})

test('a listener hears its own type, and with * all', () => {
  const trail = createAuditLogger([], () => 1)
  const heard: string[] = []
  trail.on('session.revoked', ({ ended }) => heard.push(`revoked ${ended}`))
  trail.on('*', ({ type }) => heard.push(`any ${type}`))
  trail.record(revoked)
  trail.record(changed)
  expect(heard).toEqual(['revoked 3', 'any session.revoked', 'any user.changed'])
})

test('a listener that is ended hears nothing more, and the same function listening twice is two', () => {
  const trail = createAuditLogger([], () => 1)
  const listener = vi.fn()
  const stop = trail.on('session.revoked', listener)
  trail.on('session.revoked', listener)
  trail.record(revoked)
  expect(listener).toHaveBeenCalledTimes(2)
  stop()
  stop()
  trail.record(revoked)
  expect(listener).toHaveBeenCalledTimes(3)
})

test('a log that fails disturbs neither whoever records nor the other logs', async () => {
  const warned = warnings()
  const kept: AuditEvent[] = []
  const trail = createAuditLogger(
    [
      {
        record() {
          throw new Error('disk full')
        },
      },
      { record: () => Promise.reject(new Error('no network')) },
      {
        record() {
          // Not every throw is an error.
          throw Object.create(null)
        },
      },
      { record: (event) => void kept.push(event) },
    ],
    () => 1,
  )
  trail.on('*', () => {
    throw new Error('a bad listener')
  })
  trail.record(revoked)
  expect(kept).toHaveLength(1)
  await vi.waitFor(() => expect(warned).toHaveLength(4))
  const messages = warned.map(([message]) => String(message))
  expect(messages).toEqual(
    expect.arrayContaining([
      'An audit log or listener failed at "session.revoked": disk full',
      'An audit log or listener failed at "session.revoked": no network',
      'An audit log or listener failed at "session.revoked": a bad listener',
    ]),
  )
  for (const [, options] of warned) expect(options).toEqual({ type: 'OstiaryWarning', code: 'OSTIARY_AUDIT_FAILED' })
})

test('nobody waits for a slow log', () => {
  const trail = createAuditLogger([{ record: () => new Promise(() => {}) }], () => 1)
  expect(trail.record(revoked)).toBeUndefined()
})

test('it is known whether an application has logs of its own', () => {
  expect(createAuditLogger([], () => 1).hasLogs).toBe(false)
  expect(createAuditLogger([{ record() {} }], () => 1).hasLogs).toBe(true)
})

test('a listener that ends and begins again within an event is called once for it', () => {
  const trail = createAuditLogger([], () => 1)
  let calls = 0
  const listen = (): (() => void) =>
    trail.on('session.revoked', () => {
      calls += 1
      if (calls > 10) return
      stop()
      stop = listen()
    })
  let stop = listen()
  trail.record(revoked)
  expect(calls).toBe(1)
})
