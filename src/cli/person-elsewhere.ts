import { UserNotFoundError, type UserSource } from '../index.ts'
import { keptSpelling } from './kept-spelling.ts'
import type { LoadedAuth } from './load-auth.ts'
import { warning } from './output.ts'
import type { PersonElsewhere, PersonSettings } from './person.ts'
import { foldId, type Spelling, spellId } from './spell-id.ts'
import type { NamedAccount } from './split-identity.ts'
import { quoted } from './user-output.ts'

/**
 * Finds a user of another source. The source is asked, and spells the id. A user unknown to the source is found by a
 * stored assignment or session. Why: a user who left may still have sessions.
 *
 * While the source cannot be asked, the id is folded, with a warning. Why: an account must be easy to disable while a
 * directory is down.
 *
 * @throws {UserNotFoundError} when the user is unknown to the source, and has no stored data.
 */
export async function personElsewhere(
  { sourceName, accountId: typed }: NamedAccount,
  source: UserSource | undefined,
  loaded: LoadedAuth,
  { anyway }: PersonSettings,
): Promise<PersonElsewhere> {
  const named = `${sourceName}:${typed}`
  const person = (userId: string): PersonElsewhere => {
    return { userId, users: undefined, source, accountId: userId.slice(sourceName.length + 1) }
  }
  if (anyway) return person(named)

  const spelling: Spelling = source ? await spellId(source, typed) : { standing: 'unknown' }
  if (spelling.standing === 'known') return person(`${sourceName}:${spelling.accountId}`)

  const kept = await keptSpelling(loaded, sourceName, typed)
  const cannotAsk = reasonNotAsked(spelling, source, sourceName, loaded)
  if (kept === undefined && cannotAsk === undefined) throw notFound(named, loaded, source)

  const userId = kept ?? `${sourceName}:${foldId(typed)}`
  if (spelling.standing !== 'silent' && cannotAsk !== undefined)
    warning(`${cannotAsk} ${quoted(userId)} is taken as it stands here; whether anybody has this id is not known.`)
  else if (spelling.standing === 'silent' && userId !== named)
    warning(`${cannotAsk} The id is taken as ${quoted(userId)}. With --anyway it is taken to the letter.`)
  return person(userId)
}

/**
 * Returns the reason why the source was not asked. Undefined when it has answered, or is missing from the
 * configuration.
 */
function reasonNotAsked(
  spelling: Spelling,
  source: UserSource | undefined,
  sourceName: string,
  { knowsRoles: knowsSources }: LoadedAuth,
): string | undefined {
  if (!source && !knowsSources) return `The source "${sourceName}" cannot be checked without the configuration.`
  if (spelling.standing === 'down') return `The source "${sourceName}" does not answer (${spelling.reason}).`
  if (spelling.standing === 'silent') return `The source "${sourceName}" looks nobody up without a password.`
  return undefined
}

/** Returns an error that names the unknown user, and suggests what to type instead. */
export function notFound(named: string, { auth }: LoadedAuth, source?: UserSource): UserNotFoundError {
  const names = auth.sources.map(({ name }) => name).join(', ')
  const advice = source
    ? ` The source "${source.name}" knows nobody of that name, and nothing is kept here.`
    : named.includes(':')
      ? ` Sources, as in source:id, are: ${names}.`
      : auth.sources.length > 1
        ? ` A user of another source is named with it, as in ${auth.sources.at(-1)?.name}:${named.trim()}.`
        : ''
  return new UserNotFoundError(`There is no user ${quoted(named)}.${advice}`)
}
