/** What a source found out about itself, for its operator. */
export interface Diagnostic {
  /** `warning`: people sign in, and somebody should look at it. `error`: something does not work, if only one server of two. */
  readonly level: 'ok' | 'warning' | 'error'
  /** In words, on one line, without passwords and secrets. */
  readonly what: string
}

/** What a source is told when it is to inspect itself. */
export interface DiagnosticContext {
  /** Fires when the time is up. What is found after that is thrown away. */
  readonly signal: AbortSignal
  /** The roles that the code declares. */
  readonly roleNames: readonly string[]
  /** How long before the end of a certificate is the time to warn, in milliseconds. */
  readonly warnBeforeMs: number
}

export const fine = (what: string): Diagnostic => ({ level: 'ok', what })

export const warning = (what: string): Diagnostic => ({ level: 'warning', what })

export const fault = (what: string): Diagnostic => ({ level: 'error', what })

/** A warning of roles that are given somewhere and declared nowhere: whoever is to have them has nothing. */
export function undeclaredRoles(
  where: string,
  given: Iterable<{ readonly name: string } | string>,
  declared: readonly string[],
): Diagnostic[] {
  const names = new Set([...given].map((role) => (typeof role === 'string' ? role : role.name)))
  const strange = [...names].filter((name) => !declared.includes(name)).map((name) => JSON.stringify(name))
  if (strange.length === 0) return []
  return [warning(`${where} roles that the code does not declare: ${someOf(strange)}`)]
}

/** A list for a sentence, cut off where nobody would read on. */
export function someOf(items: readonly string[]): string {
  const more = items.length - MOST_SHOWN
  return `${items.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const MOST_SHOWN = 10
