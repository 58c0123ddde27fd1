import { mayBeHash } from './may-be-hash.ts'

/** The names in a file that an import passes over. `what` they are: `columns` or `members`. */
export function notImported(what: string) {
  const names = new Set<string>()
  return {
    add(name: string): void {
      if (names.size < MOST_KEPT) names.add(shownName(name))
    },

    /** What to say about them. Undefined where there are none. */
    remark(): string | undefined {
      if (names.size === 0) return undefined
      const more = names.size - MOST_SHOWN
      const shown = [...names].slice(0, MOST_SHOWN).join(', ')
      return `these ${what} are not imported: ${shown}${more > 0 ? ` and ${more} more` : ''}.`
    },
  }
}

/** Each line of a file may have names of its own. */
const MOST_KEPT = 1000
const MOST_SHOWN = 20

/** What stands where names are expected may be anything. */
function shownName(name: string): string {
  const text = name.trim()
  if (text === '') return 'one without a name'
  return /^[\p{L}\p{N} _.-]{1,40}$/u.test(text) && !mayBeHash(text) ? text : 'one with an unusual name'
}
