import type { Filter } from 'ldapts'
import type { SearchRequest } from './connection.ts'
import { type Entry, guidBytes } from './entry.ts'
import { escapeFilter, fillIn } from './escape.ts'
import { loadLdapts } from './load-ldapts.ts'
import { RESULT, resultCodeOf } from './result-code.ts'

/** Searches under whatever name the one who hands it out has signed in with. */
export type Search = (request: SearchRequest) => Promise<readonly Entry[]>

/** Where and how people are found. */
export interface People {
  readonly base: string
  readonly userFilter: string
  readonly userAttribute: string
  /** Undefined: the user attribute, in small letters. */
  readonly idAttribute: string | undefined
  /** What is read of an entry. */
  readonly attributes: readonly string[]
}

/** The one entry of a name; or how many there are, when it is not one. */
export type Found = Entry | 'none' | 'several'

export function findByName(search: Search, people: People, username: string): Promise<Found> {
  return findOne(search, people, fillIn(people.userFilter, { username }, escapeFilter))
}

/** Finds those only whom the filter for logins would find, so that whoever leaves its circle is gone from here too. */
export async function findById(search: Search, people: People, id: string): Promise<Found> {
  const { AndFilter, EqualityFilter, FilterParser } = await loadLdapts()
  const attribute = people.idAttribute ?? people.userAttribute
  const value = attribute === 'objectGUID' ? guidBytes(id) : id
  if (value === undefined) return 'none'
  const anybody = FilterParser.parseString(people.userFilter.replaceAll('{username}', '*'))
  const found = await findOne(
    search,
    people,
    new AndFilter({ filters: [new EqualityFilter({ attribute, value }), anybody] }),
  )
  // Directories compare loosely, and an identity is compared to the letter.
  return typeof found === 'string' || idOf(found, people) === id ? found : 'none'
}

/**
 * Names the person within the source. By default by the user name, because that is what administrators read and type;
 * from the entry and in small letters, because directories take every spelling of it for the same.
 */
export function idOf(entry: Entry, { idAttribute, userAttribute }: People): string {
  const id = idAttribute === undefined ? entry.text(userAttribute)?.toLowerCase() : entry.text(idAttribute)
  if (id) return id
  throw new Error(`${entry.dn} has no ${idAttribute ?? userAttribute} that could be read`)
}

async function findOne(search: Search, { base, attributes }: People, filter: Filter | string): Promise<Found> {
  try {
    const entries = await search({ base, scope: 'sub', filter, attributes })
    if (entries.length > 1) return 'several'
    return entries[0] ?? 'none'
  } catch (error) {
    if (resultCodeOf(error) === RESULT.sizeLimitExceeded) return 'several'
    throw error
  }
}
