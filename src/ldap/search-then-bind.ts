import { randomUUID } from 'node:crypto'
import type { LoginAttempt } from '../users/login-attempt.ts'
import { blocked, type Outcome, rejected, unknown } from '../users/outcome.ts'
import type { UserSource } from '../users/user-source.ts'
import { admit } from './account-of-entry.ts'
import { typedName } from './credentials.ts'
import type { Dialer } from './dialer.ts'
import type { Entry } from './entry.ts'
import { type Found, findById, findByName, idOf, type Search } from './find-person.ts'
import type { LdapServiceBind } from './options.ts'
import { outcomeOfFailedBind } from './outcome-of-error.ts'
import { createServicePool } from './service-pool.ts'
import type { Settings } from './settings.ts'

type Ways = Required<Pick<UserSource, 'authenticate' | 'lookup' | 'close'>>

/** The service account searches for the person; then a connection of its own tries the password on the entry that was found. */
export function searchThenBind(dial: Dialer, service: LdapServiceBind, settings: Settings): Ways {
  const { people, state } = settings
  const pool = createServicePool(dial, service, settings.connections)
  const searchUntil =
    (signal: AbortSignal): Search =>
    (request) =>
      pool.search(request, signal)

  async function tryPassword(
    dn: string,
    password: string,
    signal: AbortSignal,
  ): Promise<'right' | 'refused' | Outcome> {
    const connection = await dial(signal)
    try {
      await connection.bind(dn, password, signal)
      return 'right'
    } catch (error) {
      return outcomeOfFailedBind(error)
    } finally {
      connection.close()
    }
  }

  /** Read again, because the very try that was refused may have been the one too many. */
  async function whyRefused(entry: Entry, search: Search): Promise<Outcome> {
    const found = { accountId: idOf(entry, people) }
    if (state.attributes.length === 0) return rejected(found)
    const request = { base: entry.dn, scope: 'base', filter: '(objectClass=*)', attributes: state.attributes } as const
    const [now = entry] = await search(request)
    const reason = state.obstacle(now) ?? (await state.refusal(now, search))
    return reason === undefined ? rejected(found) : blocked(reason, found)
  }

  /** An unknown name costs a bind, as a known one does: the time of an answer shall not tell them apart. */
  async function refuseUnknown(signal: AbortSignal): Promise<Outcome> {
    await tryPassword(`cn=${randomUUID()},${people.base}`, randomUUID(), signal).catch(() => {})
    return unknown()
  }

  return {
    async authenticate({ username, password }: LoginAttempt, signal) {
      const search = searchUntil(signal)
      const found = await findByName(search, people, typedName(username))
      if (found === 'none') return refuseUnknown(signal)
      if (found === 'several') return blocked(SEVERAL)
      const answer = await tryPassword(found.dn, password, signal)
      if (answer === 'right') return admit(found, search, settings)
      if (answer === 'refused') return whyRefused(found, search)
      return withAccount(answer, idOf(found, people))
    },

    async lookup(accountId, signal) {
      const search = searchUntil(signal)
      const found: Found = await findById(search, people, accountId)
      if (found === 'none') return unknown()
      return found === 'several' ? blocked(SEVERAL) : admit(found, search, settings)
    },

    close: async () => pool.close(),
  }
}

/** Adds the account that the name found to an answer about its password. */
function withAccount(answer: Outcome, accountId: string): Outcome {
  return answer.outcome === 'rejected' || answer.outcome === 'blocked' ? { ...answer, accountId } : answer
}

const SEVERAL = 'several entries of the directory match this name'
