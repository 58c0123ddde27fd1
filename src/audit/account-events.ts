import type { RoleRegistry } from '../policy/role-registry.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { AccountChange, AccountEvents } from '../users/account-events.ts'
import type { AuditLogger } from './audit-logger.ts'
import type { SessionAdministration } from './session-administration.ts'

/** Records a change to an account, and applies it to the live sessions of the account. */
export function createAccountEvents(
  roleRegistry: Pick<RoleRegistry, 'roles'>,
  sessions: Pick<Sessions, 'markStale' | 'assertFits'>,
  administration: Pick<SessionAdministration, 'revoke'>,
  audit: AuditLogger,
  afterwards: (change: AccountChange) => Promise<void> = async () => {},
): AccountEvents {
  return {
    roleNames: roleRegistry.roles.map((role) => role.name),
    async accountChanged(change: AccountChange) {
      const { kind, userId, username, keepSession } = change
      audit.record({ type: 'user.changed', change: kind, user: userId, userName: username })
      if (kind === 'roles' || kind === 'superuser' || kind === 'details') await sessions.markStale(userId)
      else if (kind === 'password' || kind === 'disabled' || kind === 'deleted')
        await administration.revoke(
          keepSession === undefined ? { user: userId } : { user: userId, except: keepSession },
        )
      await afterwards(change)
    },
    assertFits: sessions.assertFits,
    accountsImported: (added) => audit.record({ type: 'users.imported', ...added }),
  }
}
