import type { Clock } from '../clock.ts'
import { reasonOf } from '../reason-of.ts'
import { warn } from '../warn.ts'
import type { AuditEntry, AuditEvent, AuditEventOf, AuditEventType } from './audit-event.ts'

/**
 * A destination of events. It may be slow and it may fail: requests go on at once, and a failure becomes a warning of
 * the process.
 */
export interface AuditLog {
  /** Receives one event, which is frozen. */
  record(event: AuditEvent): void | Promise<void>
}

/** Records events, and passes them to logs and listeners. */
export interface AuditLogger {
  /** True when the application gave logs of its own. Otherwise adapters log events themselves. */
  readonly hasLogs: boolean
  /** Adds the time to an event, and passes the event to every log and listener. */
  record(entry: AuditEntry): void
  /** Listens to one type of event, or to all with `'*'`. Returns a function that removes the listener. */
  on<T extends AuditEventType>(type: T, listener: (event: AuditEventOf<T>) => void): () => void
  on(type: '*', listener: (event: AuditEvent) => void): () => void
}

export function createAuditLogger(logs: readonly AuditLog[], clock: Clock): AuditLogger {
  const listeners = new Map<string, Set<(event: AuditEvent) => void>>()

  function tell(event: AuditEvent, tellOne: () => void | Promise<void>): void {
    const failed = (cause: unknown): void => {
      warn('OSTIARY_AUDIT_FAILED', `An audit log or listener failed at "${event.type}": ${reasonOf(cause)}`)
    }
    try {
      Promise.resolve(tellOne()).catch(failed)
    } catch (cause) {
      failed(cause)
    }
  }

  return Object.freeze<AuditLogger>({
    hasLogs: logs.length > 0,
    record(entry) {
      const event: AuditEvent = freezeEvent({ at: clock(), ...entry })
      for (const log of logs) tell(event, () => log.record(event))
      for (const type of [event.type, '*']) {
        // A copy. Why: a listener that ends and begins again hears of each event once.
        for (const listener of [...(listeners.get(type) ?? [])]) tell(event, () => listener(event))
      }
    },
    // One body for both signatures: a listener of one type receives only events of this type.
    on(type: AuditEventType | '*', listener: (event: never) => void) {
      const listening = listeners.get(type) ?? new Set()
      listeners.set(type, listening)
      const ours = (event: AuditEvent): void => listener(event as never)
      listening.add(ours)
      return () => void listening.delete(ours)
    },
  })
}

/**
 * Freezes an event. Why: all logs and listeners share it. An error thrown by a checker belongs to the application, and
 * stays as it is.
 */
function freezeEvent(event: AuditEvent): AuditEvent {
  if ('request' in event) Object.freeze(event.request)
  if ('target' in event) Object.freeze(event.target)
  if ('trail' in event) for (const step of Object.freeze(event.trail)) Object.freeze(step)
  if ('decision' in event) {
    Object.freeze(Object.freeze(event.decision).reason)
    if ('roles' in event.decision.reason) Object.freeze(event.decision.reason.roles)
  }
  if ('keys' in event) Object.freeze(event.keys)
  if ('methods' in event) Object.freeze(event.methods)
  if ('details' in event) Object.freeze(event.details)
  return Object.freeze(event)
}
