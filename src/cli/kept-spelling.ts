import { refused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'
import { foldId } from './spell-id.ts'

/**
 * Finds a user of whom an assignment or a session is stored. Returns the identity in its stored spelling, whatever
 * spelling was typed.
 *
 * @throws {CliError} when several stored ids differ only in case, and all are spelt differently from the typed one.
 */
export async function keptSpelling(loaded: LoadedAuth, source: string, typed: string): Promise<string | undefined> {
  const { auth } = loaded
  const wanted = [...new Set([typed, foldId(typed)])].map((accountId) => `${source}:${accountId}`)
  for (const userId of wanted) if (await auth.roleAssignments?.find(userId)) return userId
  if (auth.sessions.storeName === 'memory') return undefined

  const found = new Set<string>()
  for await (const { userId } of auth.sessions.list()) {
    if (userId.startsWith(`${source}:`) && foldId(userId) === foldId(`${source}:${typed}`)) found.add(userId)
  }
  const [one, ...others] = found
  if (others.length === 0) return one
  const exact = wanted.find((userId) => found.has(userId))
  if (exact !== undefined) return exact
  throw refused(`Several people are spelt like that: ${[...found].join(', ')}. Name one of them as it stands here.`)
}
