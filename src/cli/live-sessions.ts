import type { LoadedAuth } from './load-auth.ts'
import { note } from './output.ts'

/** Says when the server will notice a changed account, where it does not hear of it at once. */
export function noteLiveSessions({ auth }: LoadedAuth, change: 'account' | 'password'): void {
  if (auth.sessions.storeName !== 'memory') return
  const when =
    change === 'password'
      ? 'Those that were started with the old password go on until they expire.'
      : 'It notices the change at the end of their lease at the latest.'
  note(`Note: sessions live in the memory of the server process. ${when}`)
}
