import type { Command } from 'commander'
import type { UserTransfer } from '../../index.ts'
import { misused } from '../cli-error.ts'
import { keepMemorySmall } from '../keep-memory-small.ts'
import type { LoadedAuth } from '../load-auth.ts'
import { withUsers } from '../with-auth.ts'

/** Loads the Auth for commands that import or export many users. */
export function withTransfer(
  program: Command,
  work: (transfer: UserTransfer, loaded: LoadedAuth) => Promise<void>,
): Promise<void> {
  keepMemorySmall()
  return withUsers(program, async (users, loaded) => {
    if (!users.transfer) throw misused(`The users of "${users.name}" cannot be moved in or out.`)
    await work(users.transfer, loaded)
  })
}
