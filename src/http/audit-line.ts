import type { AuditEvent } from '../audit/audit-event.ts'

/** An audit event as a line of the application's log. */
export interface AuditLine {
  readonly level: 'info' | 'warn'
  readonly message: string
  /** The id of the request in the application's log, if the event has an id. */
  readonly requestId: string | undefined
  /** The event without its decision. Why: the explanation says the decision in words. */
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * Returns the log line of an event. A refusal that leads a browser to the login page has the level `info`.
 *
 * ```ts
 * import type { Auth } from 'ostiary'
 * import { auditLineOf } from 'ostiary/http'
 *
 * export function logEvents(auth: Auth) {
 *   return auth.on('*', (event) => {
 *     const { level, message, fields } = auditLineOf(event)
 *     console[level](message, fields)
 *   })
 * }
 * ```
 */
export function auditLineOf(event: AuditEvent): AuditLine {
  const { type, decision: _, ...fields } = event as AuditEvent & { decision?: unknown }
  const requestId = 'request' in event ? event.request.requestId : undefined
  const isFirstVisit = event.type === 'denied' && event.sentToLogin === true
  const level = WARNINGS.has(type) && !isFirstVisit ? 'warn' : 'info'
  return { level, message: `ostiary: ${type}`, requestId, fields: { event: type, ...fields } }
}

const WARNINGS = new Set<AuditEvent['type']>([
  'login.failed',
  'login.throttled',
  'login.cross-site',
  'credential.refused',
  'request.cross-site',
  'denied',
  'session.unavailable',
])
