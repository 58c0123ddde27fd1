import type { FastifyBaseLogger } from 'fastify'
import type { AuditEvent, Auth } from '../index.ts'

/** One line a piece for everything that happens, in the application's own log. Returns what ends it. */
export function auditToLog(auth: Auth, log: FastifyBaseLogger): () => void {
  return auth.on('*', (event) => {
    const { type, ...details } = event
    const id = 'request' in event ? event.request.requestId : undefined
    // Under the name that Fastify gives it in its own lines.
    const reqId = id === undefined ? {} : { reqId: id }
    log[levelOf(event)]({ ...reqId, event: type, ...withoutDecision(details) }, `ostiary: ${type}`)
  })
}

/** The explanation says it in words. */
function withoutDecision<T extends object>(details: T): Omit<T, 'decision'> {
  const { decision: _, ...rest } = details as T & { decision?: unknown }
  return rest
}

function levelOf(event: AuditEvent): 'info' | 'warn' {
  if (event.type === 'denied' && event.sentToLogin) return 'info'
  return WARNINGS.has(event.type) ? 'warn' : 'info'
}

const WARNINGS = new Set<AuditEvent['type']>([
  'login.failed',
  'login.throttled',
  'login.cross-site',
  'request.cross-site',
  'denied',
  'session.unavailable',
])
