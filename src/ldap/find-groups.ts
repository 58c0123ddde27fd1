import type { Entry } from './entry.ts'
import { escapeFilter, fillIn } from './escape.ts'
import type { Search } from './find-person.ts'
import type { LdapGroup, LdapGroups } from './options.ts'
import { RESULT, resultCodeOf } from './result-code.ts'
import { canonicalDn, commonNameOf, isWithin } from './syntax/distinguished-name.ts'

/**
 * Returns the groups of a user, with groups of groups. Each group is followed once, so that circles of groups end.
 *
 * @throws {Error} when a user has too many groups. Why: an incomplete list of groups could bring wrong roles.
 */
export async function findGroups(
  search: Search,
  groups: LdapGroups | 'none',
  base: string,
  person: Entry,
  username: string,
): Promise<readonly LdapGroup[]> {
  if (groups === 'none') return []
  const seen = new Map<string, string>()
  const isNew = (dn: string) => {
    const key = canonicalDn(dn)
    if (seen.has(key)) return false
    seen.set(key, dn)
    if (seen.size > MOST_GROUPS) throw new Error(`${person.dn} is in more than ${MOST_GROUPS} groups`)
    return true
  }
  const next = (dns: readonly string[]) =>
    groups.by === 'memberOf' ? memberOf(search, dns) : groupsWith(search, groups, base, dns, username)

  let level = (groups.by === 'memberOf' ? person.texts('memberOf') : await next([person.dn])).filter(isNew)
  for (let depth = 1; groups.nested !== false && level.length > 0 && depth < MOST_LEVELS; depth++) {
    level = (await next(level)).filter(isNew)
  }
  return [...seen.values()]
    .filter((dn) => groups.base === undefined || isWithin(dn, groups.base))
    .map((dn) => Object.freeze({ dn, cn: commonNameOf(dn) }))
}

const MOST_GROUPS = 2000
const MOST_LEVELS = 10
/** Members in one filter. Why: the filter stays far below the limits of servers. */
const MEMBERS_A_SEARCH = 50

/** Returns the groups that list one of the names, several names to a search. */
async function groupsWith(
  search: Search,
  { filter, base: groupBase }: Extract<LdapGroups, { by: 'search' }>,
  base: string,
  dns: readonly string[],
  username: string,
): Promise<string[]> {
  const found: string[] = []
  for (let start = 0; start < dns.length; start += MEMBERS_A_SEARCH) {
    const filters = dns
      .slice(start, start + MEMBERS_A_SEARCH)
      .map((dn) => fillIn(filter, { dn, username }, escapeFilter))
    const entries = await search({
      base: groupBase ?? base,
      scope: 'sub',
      filter: filters.length === 1 ? (filters[0] ?? '') : `(|${filters.join('')})`,
      attributes: ['1.1'],
    })
    found.push(...entries.map(({ dn }) => dn))
  }
  return found
}

/** Returns the groups that the entries of groups name. A missing or unreadable group counts as being in no group. */
async function memberOf(search: Search, dns: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const base of dns) {
    try {
      const entries = await search({ base, scope: 'base', filter: '(objectClass=*)', attributes: ['memberOf'] })
      found.push(...entries.flatMap((entry) => entry.texts('memberOf')))
    } catch (error) {
      const code = resultCodeOf(error)
      if (code !== RESULT.noSuchObject && code !== RESULT.insufficientAccessRights) throw error
    }
  }
  return found
}
