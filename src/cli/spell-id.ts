import type { UserSource } from '../index.ts'
import { askSource, lookUp } from './ask-source.ts'

/** What a source says about the id that somebody typed. */
export type Spelling =
  | { readonly standing: 'known'; readonly accountId: string }
  | { readonly standing: 'unknown' }
  /** The source is down. */
  | { readonly standing: 'down'; readonly reason: string }
  /** The source looks nobody up without a password. */
  | { readonly standing: 'silent' }

/**
 * Asks a source for the account that was typed, by name or by id, and for its own spelling of that id.
 * Takes no longer than the source may take for one answer. Never throws.
 */
export async function spellId(source: UserSource, typed: string): Promise<Spelling> {
  const [exact = typed, ...others] = spellings(typed)
  // Why the id comes before the name: an id may be the user name of somebody else.
  const asked = await Promise.all([
    askById(source, exact),
    askByName(source, typed),
    ...others.map((id) => askById(source, id)),
  ])
  const given = asked.filter((each) => each !== undefined)
  const known = given.find(({ standing }) => standing === 'known')
  return known ?? given.find(({ standing }) => standing === 'down') ?? given[0] ?? { standing: 'silent' }
}

/** The id under which something is kept while its source cannot be asked: directories compare in small letters. */
export function foldId(typed: string): string {
  return typed.normalize('NFC').trim().toLowerCase()
}

/** As typed first. Systems keep ids in small letters (LDAP) or in capitals (SAP). */
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
