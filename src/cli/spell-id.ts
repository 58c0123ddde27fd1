import type { UserSource } from '../index.ts'
import { askSource, lookUp } from './ask-source.ts'

/** The answer of a source about a typed id. */
export type Spelling =
  | { readonly standing: 'known'; readonly accountId: string }
  | { readonly standing: 'unknown' }
  /** The source is down. */
  | { readonly standing: 'down'; readonly reason: string }
  /** The source cannot look up users without a password. */
  | { readonly standing: 'silent' }

/**
 * Asks a source for the typed account, by name and by id, and for its own spelling of the id. Takes at most the time of
 * one answer. A failure is a value, so this function never throws.
 */
export async function spellId(source: UserSource, typed: string): Promise<Spelling> {
  const [exact = typed, ...others] = spellings(typed)
  // The id comes before the name. Why: an id may be the user name of another user.
  const asked = await Promise.all([
    askById(source, exact),
    askByName(source, typed),
    ...others.map((id) => askById(source, id)),
  ])
  const given = asked.filter((each) => each !== undefined)
  const known = given.find(({ standing }) => standing === 'known')
  return known ?? given.find(({ standing }) => standing === 'down') ?? given[0] ?? { standing: 'silent' }
}

/**
 * Returns the id under which data is stored while its source cannot be asked. Directories compare ids in lower case.
 */
export function foldId(typed: string): string {
  return typed.normalize('NFC').trim().toLowerCase()
}

/** Returns the spellings to try, the typed one first. Systems store ids in lower case (LDAP) or in upper case (SAP). */
function spellings(typed: string): string[] {
  const text = typed.normalize('NFC').trim()
  return [...new Set([typed, text, text.toLowerCase(), text.toUpperCase()])]
}

async function askByName(source: UserSource, name: string): Promise<Spelling | undefined> {
  if (!source.findId) return undefined
  const { answer, failure } = await askSource(source, async (signal) => {
    await source.ready?.()
    return { id: await source.findId?.(name, signal) }
  })
  if (failure !== undefined) return { standing: 'down', reason: failure }
  return answer?.id === undefined ? { standing: 'unknown' } : { standing: 'known', accountId: answer.id }
}

async function askById(source: UserSource, accountId: string): Promise<Spelling | undefined> {
  const asked = await lookUp(source, accountId)
  if (asked?.failure !== undefined) return { standing: 'down', reason: asked.failure }
  switch (asked?.answer?.outcome) {
    case 'accepted':
      return { standing: 'known', accountId: asked.answer.account.id }
    case 'blocked':
      return { standing: 'known', accountId }
    case 'unknown':
      return { standing: 'unknown' }
    default:
      return undefined
  }
}
