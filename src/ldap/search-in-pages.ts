import type { Client, SearchOptions } from 'ldapts'
import type { Endpoint } from './endpoint.ts'
import { RESULT, resultCodeOf } from './result-code.ts'

/**
 * All entries of a search, page by page (RFC 2696). A server that refuses pages is asked again without them.
 *
 * @throws when there are more than {@link MOST_ENTRIES}, or more than the server tells.
 */
export async function searchInPages(client: Client, endpoint: Endpoint, base: string, options: SearchOptions) {
  if (!refusePages.has(endpoint)) {
    try {
      const entries = []
      for await (const page of client.searchPaginated(base, options)) {
        entries.push(...page.searchEntries)
        if (entries.length > MOST_ENTRIES) throw new Error(`more than ${MOST_ENTRIES} entries match below ${base}`)
      }
      return entries
    } catch (error) {
      if (!REFUSALS.has(resultCodeOf(error))) throw error
    }
  }
  const { searchEntries } = await client.search(base, options)
  // Known only now: some servers refuse other things in the same way.
  refusePages.add(endpoint)
  return searchEntries
}

/** Far more than anybody has groups. */
const MOST_ENTRIES = 5000

/** Forgotten with the source that the server belongs to. */
const refusePages = new WeakSet<Endpoint>()

/** What servers answer that know no pages, or forbid them. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([
  RESULT.protocolError,
  RESULT.adminLimitExceeded,
  RESULT.unavailableCriticalExtension,
  RESULT.insufficientAccessRights,
  RESULT.unwillingToPerform,
])
