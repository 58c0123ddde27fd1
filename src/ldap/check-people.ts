import { type Diagnostic, fault, fine, warning } from '../diagnostics/diagnostic.ts'
import { reasonOf } from '../reason-of.ts'
import { describe } from './account-of-entry.ts'
import { anybodyFilter } from './anybody-filter.ts'
import type { Entry } from './entry.ts'
import type { Search } from './find-person.ts'
import { resultCodeOf } from './result-code.ts'
import type { Settings } from './settings.ts'
import { commonNameOf } from './syntax/distinguished-name.ts'

/** Checks the entries of some users for faults that would prevent a login. */
export async function* checkPeople(search: Search, settings: Settings): AsyncGenerator<Diagnostic> {
  const { people, passwordPolicy } = settings
  const { base, attributes } = people
  const filter = anybodyFilter(people.userFilter)
  const some = await search({ base, scope: 'sub', filter, attributes, atMost: MOST_LOOKED_AT })
  if (some.length === 0) yield warning(`the userFilter finds nobody below ${base}`)
  const reasons = some.map((person) => whyUnfit(person, settings)).filter((reason) => reason !== undefined)
  const tell = reasons.length > 0 && reasons.length === some.length ? fault : warning
  for (const reason of reasons.slice(0, MOST_TOLD)) yield tell(reason)
  if (reasons.length > MOST_TOLD)
    yield tell(`${reasons.length} of the first ${some.length} people cannot sign in for such a reason`)
  if (settings.groups !== 'none' && settings.groups.by === 'memberOf') yield* groupsWithoutName(some)
  if (passwordPolicy !== undefined && !(await isThere(search, passwordPolicy)))
    yield warning(`the passwordPolicy ${passwordPolicy} is not there, or cannot be read`)
}

const MOST_LOOKED_AT = 50
const MOST_TOLD = 3

function whyUnfit(person: Entry, settings: Settings): string | undefined {
  try {
    settings.state.obstacle(person)
    describe(person, settings)
    return undefined
  } catch (cause) {
    return reasonOf(cause)
  }
}

/** Reports a `memberOf` value without a common name. FreeIPA, for example, lists its rules as `ipaUniqueID=…`. */
function* groupsWithoutName(people: readonly Entry[]): Generator<Diagnostic> {
  const nameless = people.flatMap((person) => person.texts('memberOf')).find((dn) => commonNameOf(dn) === undefined)
  if (nameless === undefined) return
  yield fine(`memberOf lists entries without a common name, such as ${nameless}: they bring roles by their DN alone`)
}

/** Resolves to true when the service account finds an entry. */
async function isThere(search: Search, dn: string): Promise<boolean> {
  try {
    return (await search({ base: dn, scope: 'base', filter: '(objectClass=*)', attributes: ['1.1'] })).length > 0
  } catch (error) {
    if (resultCodeOf(error) === undefined) throw error
    return false
  }
}
