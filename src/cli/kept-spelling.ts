import { refused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'
import { foldId } from './spell-id.ts'

/**
 * Finds a person among those of whom something is kept here: an assignment, or a session. Returns the identity as it is
 * kept, for whatever spelling was typed.
 *
 * @throws {CliError} when several people are kept whose ids differ in case alone, and none is spelt as typed.
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
