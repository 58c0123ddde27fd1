import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { hashedKey, type KeptRecord, type Records } from '../records/records.ts'
import type { ProvedLogin } from './login-step.ts'

/** Logins that wait for one more step. */
export interface PendingLogins {
  /** Keeps a login. Resolves to the token by which its browser continues. */
  begin(login: ProvedLogin): Promise<string>
  /** Resolves to the login of a token, while it waits. */
  find(token: string): Promise<ProvedLogin | undefined>
  /** Resolves to the login of a token, once. */
  take(token: string): Promise<ProvedLogin | undefined>
}

/** Keeps the logins that wait for a step in the store of records, for {@link PENDING_MS} each. */
export function createPendingLogins(records: Records, clock: Clock): PendingLogins {
  const pending = records.of<Omit<ProvedLogin, 'trail'>>('pending-login')

  return {
    async begin({ trail: _, ...login }) {
      const token = randomBytes(32).toString('base64url')
      await pending.add(hashedKey(token), login, { expiresAt: clock() + PENDING_MS })
      return token
    },
    find: async (token) => loginOf(await pending.find(hashedKey(token), 'missing')),
    take: async (token) => loginOf(await pending.take(hashedKey(token))),
  }
}

function loginOf(record: KeptRecord<Omit<ProvedLogin, 'trail'>> | undefined): ProvedLogin | undefined {
  return record && { ...record.value, trail: [] }
}

/** The time that a login waits for its next step. */
export const PENDING_MS = 10 * 60_000
