import type { AuditEvent } from '../audit/audit-event.ts'

/** An event as a line of an application's log. */
export interface AuditLine {
  readonly level: 'info' | 'warn'
  readonly message: string
  /** The id by which the application's log knows the request, if the event has one. */
  readonly requestId: string | undefined
  /** The event without its decision: the explanation says that in words. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** Returns the log line of an event. A browser that is led to the login page for the first time is worth no warning. */
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
  'request.cross-site',
  'denied',
  'session.unavailable',
])
