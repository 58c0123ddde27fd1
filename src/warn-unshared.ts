import { warn } from './warn.ts'

/** A store or a source that may tell whether several machines can share its data. */
interface Part {
  readonly shared?: boolean
}

/**
 * Warns when several machines share the sessions, but each machine has its own users. Why: each machine would end the
 * sessions of the others.
 *
 * Parts that leave `shared` out are skipped.
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
