import type { AuditedContext } from '../request-context.ts'
import type { Session } from '../sessions/session.ts'

/** Returns the parts of a request for the audit, without the headers. */
export function audited({ requestId, method, path, clientAddress }: AuditedContext): AuditedContext {
  return { requestId, method, path, clientAddress }
}

/** Returns the parts of an event about a session. */
export function ofSession(session: Session, context: AuditedContext) {
  return { user: session.userId, userName: session.account.name, session: session.id, request: audited(context) }
}
