import type { SessionRecord, SessionStore } from '../../src/sessions/session-store.ts'

export const HOUR = 3_600_000

/** A session of Anna's that started two hours ago and lasts for another one, unless something else is said. */
export function session(given: Partial<SessionRecord> & { readonly id: string }): SessionRecord {
  const now = Date.now()
  return {
    userId: 'local:1',
    userName: 'Anna',
    startedAt: now - 2 * HOUR,
    lastSeenAt: now - HOUR,
    expiresAt: now + HOUR,
    persistent: false,
    clientAddress: '192.0.2.1',
    userAgent: null,
    ...given,
  }
}

/** Starts sessions whose passwords have just been checked. */
export async function startNow(store: SessionStore, ...records: SessionRecord[]): Promise<void> {
  for (const record of records) {
    if (!(await store.start(record, await store.revision()))) throw new Error(`${record.id} was not started`)
  }
}
