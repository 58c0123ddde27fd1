import { type Diagnostic, fine, undeclaredRoles, warning } from '../diagnostics/diagnostic.ts'
import { reasonOf } from '../reason-of.ts'
import { escapeFilter } from './escape.ts'
import type { Search } from './find-person.ts'
import { resultCodeOf } from './result-code.ts'
import type { Settings } from './settings.ts'
import { commonNameOf, isWithin } from './syntax/distinguished-name.ts'

/** Checks that the configured groups are in the directory, and their roles in the code. */
export async function* checkRoles(
  search: Search,
  { roles, groups, people }: Settings,
  declared: readonly string[],
): AsyncGenerator<Diagnostic> {
  if (typeof roles === 'function') {
    yield fine('roles is a function: what it makes of groups is not checked')
    return
  }
  const keys = Object.keys(roles)
  if (keys.length === 0) return
  yield* undeclaredRoles('groups bring', Object.values(roles).flat(), declared)
  if (groups === 'none') {
    yield warning("roles are given to groups, and groups is 'none': nobody has any of them")
    return
  }
  const missing = new Map<string, string>()
  for (const dn of keys.filter((key) => key.includes('='))) {
    const why = await whyMissing(search, dn, groups.base)
    if (why !== undefined) missing.set(dn, why)
  }
  const names = keys.filter((key) => !key.includes('='))
  const place = groups.base ?? (groups.by === 'memberOf' ? await wholeTree(search, people.base) : people.base)
  const found = await namesBelow(search, place, names)
  for (const name of names.filter((each) => !found.has(each.toLowerCase())))
    missing.set(name, `there is none below ${place}`)
  for (const [key, why] of missing) yield warning(`the group ${JSON.stringify(key)} of roles is not found: ${why}`)
  if (missing.size === 0) yield fine(`all groups of roles are there (${keys.length})`)
}

async function whyMissing(search: Search, dn: string, groupBase: string | undefined): Promise<string | undefined> {
  if (groupBase !== undefined && !isWithin(dn, groupBase)) return `it is outside of ${groupBase}, the base of groups`
  try {
    const found = await search({ base: dn, scope: 'base', filter: '(objectClass=*)', attributes: ['1.1'] })
    return found.length > 0 ? undefined : 'it cannot be read'
  } catch (error) {
    if (resultCodeOf(error) === undefined) throw error
    return reasonOf(error)
  }
}

/** Returns the common names, in small letters, that entries other than persons have. */
async function namesBelow(search: Search, base: string, names: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (let start = 0; start < names.length; start += NAMES_A_SEARCH) {
    const wanted = names.slice(start, start + NAMES_A_SEARCH).map((name) => `(cn=${escapeFilter(name)})`)
    const filter = `(&(|${wanted.join('')})(!(objectClass=person)))`
    for (const { dn } of await search({ base, scope: 'sub', filter, attributes: ['1.1'] }))
      found.add((commonNameOf(dn) ?? '').toLowerCase())
  }
  return found
}

const NAMES_A_SEARCH = 50

/** Returns the naming context of the directory that contains `base`. Why: `memberOf` may name groups anywhere in it. */
async function wholeTree(search: Search, base: string): Promise<string> {
  const request = { base: '', scope: 'base', filter: '(objectClass=*)', attributes: ['namingContexts'] } as const
  const [root] = await search(request)
  return root?.texts('namingContexts').find((context) => context !== '' && isWithin(base, context)) ?? base
}
