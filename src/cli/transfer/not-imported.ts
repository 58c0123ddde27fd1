import { mayBeHash } from './may-be-hash.ts'

/** Collects the names in a file that an import ignores. `what` the names are: `columns` or `members`. */
export function notImported(what: string) {
  const names = new Set<string>()
  return {
    add(name: string): void {
      if (names.size < MOST_KEPT) names.add(shownName(name))
    },

    /** Returns a remark about the names. Undefined without any name. */
    remark(): string | undefined {
      if (names.size === 0) return undefined
      const more = names.size - MOST_SHOWN
      const shown = [...names].slice(0, MOST_SHOWN).join(', ')
      return `these ${what} are not imported: ${shown}${more > 0 ? ` and ${more} more` : ''}.`
    },
  }
}

/** The most names that are kept. Why a bound: each line of a file may have other names. */
const MOST_KEPT = 1000
const MOST_SHOWN = 20

/** Returns the name for the remark. Why checked: a name from a file may be any text, even a password hash. */
function shownName(name: string): string {
  const text = name.trim()
  if (text === '') return 'one without a name'
  return /^[\p{L}\p{N} _.-]{1,40}$/u.test(text) && !mayBeHash(text) ? text : 'one with an unusual name'
}
