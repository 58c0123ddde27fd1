import type { Client, SearchOptions } from 'ldapts'
import type { Endpoint } from './endpoint.ts'
import { RESULT, resultCodeOf } from './result-code.ts'

/**
 * Returns all entries of a search, page by page (RFC 2696). Repeats the search without pages for a server that refuses
 * pages.
 *
 * @throws {Error} when more than {@link MOST_ENTRIES} entries match, or more than the server returns.
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
  // Remembered only after the search succeeded. Why: some servers refuse other things with the same code.
  refusePages.add(endpoint)
  return searchEntries
}

/** Entries of one search. Real users have far fewer groups. */
const MOST_ENTRIES = 5000

/** Servers that refuse pages. A weak set, so that an entry disappears with its source. */
const refusePages = new WeakSet<Endpoint>()

/** The result codes of servers that lack or forbid pages. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([
  RESULT.protocolError,
  RESULT.adminLimitExceeded,
  RESULT.unavailableCriticalExtension,
  RESULT.insufficientAccessRights,
  RESULT.unwillingToPerform,
])
