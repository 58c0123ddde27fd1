import type { LoginAttempt } from '../users/login-attempt.ts'
import { refuseAsNobody } from '../users/nobody.ts'
import { blocked, type Outcome, rejected, unavailable, unknown } from '../users/outcome.ts'
import { admit } from './account-of-entry.ts'
import type { Connection } from './connection.ts'
import { looseName, typedName } from './credentials.ts'
import type { Dialer } from './dialer.ts'
import { type Entry, UnfitEntryError } from './entry.ts'
import { escapeDn, escapeFilter, fillIn } from './escape.ts'
import { assertOwnId, assertOwnName, type Found, findByName, type People, type Search } from './find-person.ts'
import type { LdapDirectBind } from './options.ts'
import { orBlocked } from './or-blocked.ts'
import { outcomeOfFailedBind } from './outcome-of-error.ts'
import { personalRefusal } from './personal-refusal.ts'
import { RESULT, resultCodeOf } from './result-code.ts'
import type { Settings } from './settings.ts'

/**
 * Users bind under a name made from the typed name, and read their own entry. An unknown name looks like a wrong
 * password. Why: without a service account, the source cannot search for the name.
 */
export function directBind(dial: Dialer, { template }: LdapDirectBind, settings: Settings) {
  const isDn = template.includes('=')

  async function authenticate(attempt: LoginAttempt, signal: AbortSignal): Promise<Outcome> {
    const { username, password } = attempt
    const typed = typedName(username)
    // Login names of Active Directory lack these characters, and some characters would turn the name into another name.
    if (!isDn && /["/\\[\]:;|=,+*?<>@]/.test(typed)) {
      return refuseAsNobody(rejected(), attempt, (nobody) => authenticate(nobody, signal))
    }
    const nameOf = (username: string) => fillIn(template, { username }, isDn ? escapeDn : (text) => text)
    const name = nameOf(typed)
    const connection = await dial(signal)
    try {
      const refused = await bindAs(connection, name, password, typed, signal)
      if (refused) {
        const said = await personalRefusal(refused, dial, nameOf, signal)
        return said === undefined ? refused : blocked(said, { accountId: looseName(typed) })
      }
      const search: Search = (request) => connection.search(request, signal)
      const found = await (isDn
        ? ownEntry(search, settings, name)
        : findByPrincipal(search, settings.people, name, typed))
      if (found === 'several') return blocked('several entries of the directory match this name')
      if (found === 'filtered') return unknown()
      if (found === 'none') return unavailable(new Error(`${name} signed in, and cannot find its own entry`))
      if (!isDn) await assertBoundAs(found, password, signal)
      await assertOwnNames(found, search)
      return await admit(found, search, settings)
    } finally {
      connection.close()
    }
  }

  /**
   * Checks that the found entry has the password. Why: the directory resolves the name of a principal in its own way.
   */
  async function assertBoundAs({ dn }: Entry, password: string, signal: AbortSignal): Promise<void> {
    const connection = await dial(signal)
    try {
      await connection.bind(dn, password, signal)
    } catch (error) {
      if (outcomeOfFailedBind(error) !== 'refused') throw error
      throw new UnfitEntryError(`the name that signed in is not that of ${dn}`)
    } finally {
      connection.close()
    }
  }

  async function assertOwnNames(entry: Entry, search: Search): Promise<void> {
    const { people } = settings
    // The template names one entry. An empty result counts as this entry. Why: users often may search only for themselves.
    if (isDn && people.idAttribute === undefined) return assertOwnId(orNobody(search, entry), people, entry)
    await assertOwnId(search, people, entry)
    await assertOwnName(isDn ? orNobody(search, entry) : search, people, entry)
  }

  return (attempt: LoginAttempt, signal: AbortSignal) => orBlocked(() => authenticate(attempt, signal))
}

/** A search that returns the user's own entry where the directory hides all entries from the user. */
function orNobody(search: Search, self: Entry): Search {
  return async (request) => {
    try {
      const found = await search(request)
      return found.length > 0 ? found : [self]
    } catch (error) {
      const code = resultCodeOf(error)
      if (code !== RESULT.noSuchObject && code !== RESULT.insufficientAccessRights) throw error
      return [self]
    }
  }
}

async function bindAs(
  connection: Connection,
  name: string,
  password: string,
  typed: string,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  try {
    await connection.bind(name, password, signal)
    return undefined
  } catch (error) {
    const outcome = outcomeOfFailedBind(error)
    // The name's account is unknown here. Attempts under all spellings of the name are counted together.
    if (outcome === 'refused' || outcome.outcome === 'rejected') return rejected({ accountId: looseName(typed) })
    return outcome
  }
}

async function ownEntry(
  search: Search,
  { people: { attributes }, ownFilter }: Settings,
  dn: string,
): Promise<Found | 'filtered'> {
  const [entry] = await search({ base: dn, scope: 'base', filter: '(objectClass=*)', attributes })
  if (entry === undefined || ownFilter === undefined) return entry ?? 'none'
  const [inCircle] = await search({ base: dn, scope: 'base', filter: ownFilter, attributes: ['1.1'] })
  return inCircle ? entry : 'filtered'
}

/** Searches in the order in which Active Directory resolves a principal: explicit principals come first. */
async function findByPrincipal(search: Search, people: People, principal: string, typed: string): Promise<Found> {
  const explicit = { ...people, userFilter: `(userPrincipalName=${escapeFilter(principal)})` }
  const found = await findByName(search, explicit, '')
  return found === 'none' ? findByName(search, people, typed) : found
}
