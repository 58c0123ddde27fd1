import type { Tally } from './import-users.ts'

/** Returns the result of an import as a sentence. */
export function summaryOf(tally: Tally, dryRun: boolean): string {
  const { read, added, unchanged, skipped, rejected } = tally
  const updated = tally.updated + tally.noted
  const parts = [
    added > 0 && `${n(added)} added`,
    updated > 0 && `${n(updated)} updated`,
    unchanged > 0 && `${n(unchanged)} there already`,
    skipped > 0 && `${n(skipped)} skipped`,
    rejected > 0 && `${n(rejected)} rejected`,
  ].filter((part) => part !== false)
  const users = read === 1 ? '1 user' : `${n(read)} users`
  const counts = parts.length > 0 ? `${users}: ${parts.join(', ')}.` : `${users}.`
  if (dryRun) return `Nothing was stored. It would be ${counts}`
  return added + updated > 0 ? counts : `Nothing changed. ${counts}`
}

/** Returns the work that is left after an import, if any. */
export function problemOf({ read, rejected, noted }: Tally): string | undefined {
  if (rejected > 0) return `${n(rejected)} of ${n(read)} users did not come in.`
  return noted > 0 ? `The live sessions of ${n(noted)} users could not be told.` : undefined
}

function n(count: number): string {
  return count.toLocaleString('en')
}
