import type { LoadedAuth } from './load-auth.ts'
import { note } from './output.ts'

/** Notes when the server will notice a changed account, if its sessions are in its memory. */
export function noteLiveSessions({ auth }: LoadedAuth, change: 'account' | 'password'): void {
  if (auth.sessions.storeName !== 'memory') return
  const when =
    change === 'password'
      ? 'Those that were started with the old password go on until they expire.'
      : 'It notices the change at the end of their lease at the latest.'
  note(`Note: sessions live in the memory of the server process. ${when}`)
}

/** Counts the sessions of a user. Undefined when the sessions are in the memory of the server. */
export async function countSessions({ auth }: LoadedAuth, userId: string): Promise<number | undefined> {
  if (auth.sessions.storeName === 'memory') return undefined
  let count = 0
  for await (const _ of auth.sessions.list({ userId })) count += 1
  return count
}
