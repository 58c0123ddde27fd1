import { warn } from './warn.ts'

/** A store or a source that may say whether several machines can share what it keeps. */
interface Part {
  readonly shared?: boolean
}

/**
 * Warns where sessions are shared by several machines, and the users whom they belong to are not. Each machine would
 * have users of its own, and end the sessions of all others.
 *
 * Parts that do not say whether they are shared are passed over.
 */
export function warnOfUnshared(store: Part & { readonly name: string }, parts: Iterable<Part | undefined>): void {
  if (store.shared !== true) return
  const names = [...parts].flatMap((part) => (part?.shared === false ? [`"${nameOf(part)}"`] : []))
  if (names.length === 0) return
  warn(
    'OSTIARY_NOT_SHARED',
    `The session store "${store.name}" can be shared by several machines, and this is kept on one machine alone: ` +
      `${names.join(', ')}. With several machines, keep both in one database on a server.`,
  )
}

function nameOf(part: Part): string {
  return 'name' in part ? String(part.name) : 'what the application says of people'
}
