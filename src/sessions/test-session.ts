import type { Account } from '../users/account.ts'
import type { SealedSession } from './session.ts'
import type { Sessions } from './sessions.ts'

/** Starts a session without a password, for tests. */
export async function startTestSession(
  sessions: Pick<Sessions, 'start' | 'revision'>,
  { source, account }: { readonly source: string; readonly account: Account },
): Promise<SealedSession> {
  const start = await sessions.start(source, account, { persistent: false, revision: await sessions.revision() })
  if (start.outcome === 'started') return start
  throw new Error(`signInAs() cannot start a session: ${start.outcome}.`)
}
