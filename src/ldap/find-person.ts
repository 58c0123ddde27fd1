import type { Filter } from 'ldapts'
import { anybodyFilter } from './anybody-filter.ts'
import type { AttributeForms } from './attribute-forms.ts'
import type { SearchRequest } from './connection.ts'
import { type Entry, UnfitEntryError } from './entry.ts'
import { escapeFilter, fillIn } from './escape.ts'
import { loadLdapts } from './load-ldapts.ts'
import { idOf, nameOf } from './names-of-entry.ts'
import { RESULT, resultCodeOf } from './result-code.ts'

/** Searches with the rights of the account that is bound on the connection. */
export type Search = (request: SearchRequest) => Promise<readonly Entry[]>

/** The place of users in the directory, and the way to find them. */
export interface People {
  readonly base: string
  readonly userFilter: string
  readonly userAttribute: string
  /** Undefined: the user attribute in small letters is the id. */
  readonly idAttribute: string | undefined
  /** The forms of attributes whose values are bytes. */
  readonly forms: AttributeForms
  /** The attributes that are read. */
  readonly attributes: readonly string[]
}

/** The only entry of a name, or the number of entries. */
export type Found = Entry | 'none' | 'several'

export function findByName(search: Search, people: People, username: string): Promise<Found> {
  return findOne(search, people, fillIn(people.userFilter, { username }, escapeFilter))
}

/**
 * Finds a user by id, within the filter for logins. Why: a user who no longer matches the filter must lose live
 * sessions, too.
 */
export async function findById(search: Search, people: People, id: string): Promise<Found> {
  const found = await findByIdText(search, people, id)
  // Directories compare loosely, and an identity is compared to the letter.
  return typeof found === 'string' || idOf(found, people) === id ? found : 'none'
}

/**
 * Checks that the id of an entry finds only this entry.
 *
 * Why: a user who may write the attribute could take another user's id, with all the rights of that user.
 *
 * @throws {UnfitEntryError} when the id finds another entry, several entries or none.
 */
export async function assertOwnId(search: Search, people: People, entry: Entry): Promise<void> {
  const attribute = people.idAttribute ?? people.userAttribute
  assertFound(await findByIdText(search, people, idOf(entry, people)), entry, attribute)
}

/**
 * Checks the same for the user name, unless the name is the id.
 *
 * @throws {UnfitEntryError} when the name finds another entry, several entries or none.
 */
export async function assertOwnName(search: Search, people: People, entry: Entry): Promise<void> {
  const { userAttribute, idAttribute } = people
  if (idAttribute === undefined) return
  assertFound(await findByValue(search, people, userAttribute, nameOf(entry, people)), entry, userAttribute)
}

function assertFound(found: Found, { dn }: Entry, attribute: string): void {
  if (found === 'none') throw new UnfitEntryError(`${dn} is not found by its own ${attribute}`)
  // Letter by letter: a server always spells the name of an entry in the same way.
  if (found === 'several' || found.dn !== dn)
    throw new UnfitEntryError(`another entry has the ${attribute} of ${dn} too`)
}

/**
 * The entry with that id. An id in small letters is asked for in capitals, too. Why: a directory may take the small letters
 * of a capital for others than JavaScript does, such as those of `ΝΙΚΟΣ`, `İpek` and `ẞ`.
 */
async function findByIdText(search: Search, people: People, id: string): Promise<Found> {
  const { idAttribute, userAttribute } = people
  const found = await findByValue(search, people, idAttribute ?? userAttribute, id)
  const capitals = id.replaceAll('ß', 'ẞ').toUpperCase().normalize('NFC')
  if (idAttribute !== undefined || /^[\0-\x7f]*$/.test(id) || capitals.toLowerCase() !== id) return found
  const other = await findByValue(search, people, userAttribute, capitals)
  if (found === 'none' || other === 'none') return found === 'none' ? other : found
  return typeof found !== 'string' && typeof other !== 'string' && found.dn === other.dn ? found : 'several'
}

/** The entry with that very value, among those whom the filter for logins could find. */
async function findByValue(search: Search, people: People, attribute: string, text: string): Promise<Found> {
  const { AndFilter, EqualityFilter, FilterParser } = await loadLdapts()
  const value = people.forms(attribute).read(text)
  if (value === undefined) return 'none'
  const anybody = FilterParser.parseString(anybodyFilter(people.userFilter))
  return findOne(search, people, new AndFilter({ filters: [new EqualityFilter({ attribute, value }), anybody] }))
}

async function findOne(search: Search, { base, attributes }: People, filter: Filter | string): Promise<Found> {
  try {
    const entries = await search({ base, scope: 'sub', filter, attributes, atMost: 2 })
    if (entries.length > 1) return 'several'
    return entries[0] ?? 'none'
  } catch (error) {
    if (resultCodeOf(error) === RESULT.sizeLimitExceeded) return 'several'
    throw error
  }
}
