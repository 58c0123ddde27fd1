import type { FastifyBaseLogger } from 'fastify'
import type { AuditEvent, Auth } from '../index.ts'

/** One line a piece for everything that happens, in the application's own log. Returns what ends it. */
export function auditToLog(auth: Auth, log: FastifyBaseLogger): () => void {
  return auth.on('*', (event) => {
    const { type, ...details } = event
    log[levelOf(event)]({ event: type, ...withoutDecision(details) }, `ostiary: ${type}`)
  })
}

/** The explanation says it in words. */
function withoutDecision<T extends object>(details: T): Omit<T, 'decision'> {
  const { decision: _, ...rest } = details as T & { decision?: unknown }
  return rest
}

function levelOf({ type }: AuditEvent): 'info' | 'warn' {
  return WARNINGS.has(type) ? 'warn' : 'info'
}

const WARNINGS = new Set<AuditEvent['type']>([
  'login.failed',
  'login.throttled',
  'login.cross-site',
  'request.cross-site',
  'denied',
  'session.unavailable',
])
