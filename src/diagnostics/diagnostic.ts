/** A finding of a source about itself, for its operator. */
export interface Diagnostic {
  /**
   * `warning`: logins work, and an operator should look at it. `error`: a part fails, even if only one server of two.
   */
  readonly level: 'ok' | 'warning' | 'error'
  /** The finding in words, on one line, without passwords and secrets. */
  readonly what: string
}

/** The parameters of a self-inspection of a source. */
export interface DiagnosticContext {
  /** Fires when the time is up. Later findings are thrown away. */
  readonly signal: AbortSignal
  /** The roles that the code declares. */
  readonly roleNames: readonly string[]
  /** Milliseconds before the end of a certificate at which the warnings begin. */
  readonly warnBeforeMs: number
}

export const fine = (what: string): Diagnostic => ({ level: 'ok', what })

export const warning = (what: string): Diagnostic => ({ level: 'warning', what })

export const fault = (what: string): Diagnostic => ({ level: 'error', what })

/** Returns a warning of roles that are assigned but undeclared. Why: an undeclared role grants nothing. */
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

/** Returns a list for a sentence, cut off after a few items. */
export function someOf(items: readonly string[]): string {
  const more = items.length - MOST_SHOWN
  return `${items.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const MOST_SHOWN = 10
