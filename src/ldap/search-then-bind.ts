import { randomUUID } from 'node:crypto'
import type { LoginAttempt } from '../users/login-attempt.ts'
import { blocked, type Outcome, rejected, unknown } from '../users/outcome.ts'
import type { UserSource } from '../users/user-source.ts'
import { admit, describe } from './account-of-entry.ts'
import { typedName } from './credentials.ts'
import type { Dialer } from './dialer.ts'
import type { Entry } from './entry.ts'
import { assertOwnId, assertOwnName, findById, findByName, type Search } from './find-person.ts'
import { idOf } from './names-of-entry.ts'
import type { LdapServiceBind } from './options.ts'
import { orBlocked } from './or-blocked.ts'
import { isOutage, outcomeOfFailedBind } from './outcome-of-error.ts'
import { personalRefusal } from './personal-refusal.ts'
import { resultCodeOf } from './result-code.ts'
import { createServicePool } from './service-pool.ts'
import type { Settings } from './settings.ts'

type Ways = Required<Pick<UserSource, 'authenticate' | 'lookup' | 'findId' | 'close'>>

/** The service account searches for the user. A separate connection then tries the password on the found entry. */
export function searchThenBind(dial: Dialer, service: LdapServiceBind, settings: Settings): Ways {
  const { people, state } = settings
  const pool = createServicePool(dial, service, settings.connections)
  const nobody = (random: string) => `cn=${random},${people.base}`
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

  /** Reads the state again. Why: the refused attempt itself may have caused a lockout. */
  async function readState(dn: string, search: Search): Promise<Entry | undefined> {
    const { attributes } = state
    if (attributes.length === 0) return undefined
    const [now] = await search({ base: dn, scope: 'base', filter: '(objectClass=*)', attributes })
    return now
  }

  async function whyRefused(entry: Entry, search: Search): Promise<string | undefined> {
    const now = (await readState(entry.dn, search)) ?? entry
    return state.obstacle(now) ?? (await state.refusal(now, search))
  }

  /**
   * Spends the time of a wrong password for a name that cannot be tried: a bind, and a look at the reason of its
   * refusal. Why: the two cases must have the same duration. An outage is also reported in both.
   */
  async function withoutTry(answer: Outcome, search: Search, signal: AbortSignal): Promise<Outcome> {
    const bind = await tryPassword(nobody(randomUUID()), randomUUID(), signal)
    if (bind !== 'right' && bind !== 'refused' && isOutage(bind)) return bind
    try {
      const nobody = await readState(people.base, search)
      if (nobody) await state.refusal(nobody, search)
    } catch (error) {
      // Ignores an error answer about the base, which is irrelevant to the login. A missing answer is an outage.
      if (resultCodeOf(error) === undefined) throw error
    }
    return answer
  }

  async function tryEntry(entry: Entry, password: string, search: Search, signal: AbortSignal): Promise<Outcome> {
    const found = { accountId: idOf(entry, people) }
    const answer = await tryPassword(entry.dn, password, signal)
    if (answer === 'refused') {
      const reason = await whyRefused(entry, search)
      return reason === undefined ? rejected(found) : blocked(reason, found)
    }
    if (answer !== 'right') {
      const said = await personalRefusal(answer, dial, nobody, signal)
      if (said === undefined) return withAccount(answer, found.accountId)
      return blocked((await whyRefused(entry, search)) ?? said, found)
    }
    await assertOwnId(search, people, entry)
    await assertOwnName(search, people, entry)
    return admit(entry, search, settings)
  }

  return {
    async authenticate({ username, password }: LoginAttempt, signal) {
      const search = searchUntil(signal)
      const found = await findByName(search, people, typedName(username))
      if (found === 'none') return withoutTry(unknown(), search, signal)
      if (found === 'several') return withoutTry(blocked(SEVERAL), search, signal)
      const unfit = await orBlocked(async () => void describe(found, settings))
      if (unfit) return withoutTry(unfit, search, signal)
      return orBlocked(() => tryEntry(found, password, search, signal))
    },

    lookup: (accountId, signal) =>
      orBlocked(async () => {
        const search = searchUntil(signal)
        const found = await findById(search, people, accountId)
        if (found === 'none') return unknown()
        if (found === 'several') return blocked(SEVERAL)
        await assertOwnName(search, people, found)
        return admit(found, search, settings)
      }),

    async findId(username, signal) {
      const found = await findByName(searchUntil(signal), people, typedName(username))
      if (found === 'several') throw new Error(SEVERAL)
      return found === 'none' ? undefined : idOf(found, people)
    },

    close: async () => pool.close(),
  }
}

/** Adds the found account to an outcome about its password. */
function withAccount(answer: Outcome, accountId: string): Outcome {
  return answer.outcome === 'rejected' || answer.outcome === 'blocked' ? { ...answer, accountId } : answer
}

const SEVERAL = 'several entries of the directory match this name'
