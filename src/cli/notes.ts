import type { LoadedAuth } from './load-auth.ts'
import { note } from './output.ts'

/** Says when the server will notice a changed account, where it does not hear of it at once. */
export function noteLiveSessions({ auth }: LoadedAuth, change: 'account' | 'password'): void {
  if (auth.sessions.storeName !== 'memory') return
  note(
    change === 'password'
      ? 'Note: sessions live in the memory of the server process. Those that were started with the old password go on until they expire.'
      : 'Note: sessions live in the memory of the server process. It notices the change at the end of their lease at the latest.',
  )
}

/** Says that a misspelled role would go unnoticed. */
export function noteUncheckedRoles({ knowsRoles }: LoadedAuth, roles: readonly string[]): void {
  if (knowsRoles || roles.length === 0) return
  note('Note: the names of roles cannot be checked without the configuration of the application.')
}
