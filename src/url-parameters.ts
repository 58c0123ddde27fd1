import { ConfigurationError } from './errors.ts'

/** Readers of URL parameters: each turns the text into its value, or into undefined when the text is invalid. */
export type ReadParameter<T> = (text: string) => T | undefined

/**
 * Reads the parameters of a URL. Fails as a whole when one parameter is wrong.
 *
 * Messages leave out values. They show a name only when it is spelt like a known name. Why: the rest of a password that
 * lacks percent-encoding looks like a parameter.
 *
 * @throws {ConfigurationError} when a parameter is unknown, comes twice, or has an invalid value.
 */
export function readUrlParameters<T extends object>(
  { searchParams, hash }: URL,
  readers: { readonly [Name in keyof T]-?: ReadParameter<NonNullable<T[Name]>> },
  whose: string,
): Partial<T> {
  if (hash !== '') throw new ConfigurationError(`${whose} ends with its parameters: a "#" in it is written "%23".`)
  const known = Object.keys(readers)
  const read: Partial<T> = {}
  for (const [name, text] of searchParams) {
    if (!Object.hasOwn(readers, name)) throw new ConfigurationError(unknownParameter(name, known, whose))
    const key = name as keyof T
    if (Object.hasOwn(read, key)) throw new ConfigurationError(`${whose} has the parameter "${name}" twice.`)
    const value = readers[key](text)
    if (value === undefined) throw new ConfigurationError(`${whose} has a value of "${name}" that means nothing here.`)
    read[key] = value
  }
  return read
}

function unknownParameter(name: string, known: readonly string[], whose: string): string {
  const nearest = known.find((each) => isSpeltLike(each, name))
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}" rather than "${name}"?`
  const list = known.length === 0 ? 'It takes none.' : `The parameters are: ${known.join(', ')}.`
  return `${whose} has a parameter that is unknown, and is not ignored.${hint} ${list}`
}

/** Tells whether two names are the same but for case and hyphens, or but for two letters. */
function isSpeltLike(known: string, name: string): boolean {
  const [one, other] = [known, name].map((each) => each.toLowerCase().replaceAll(/[^a-z0-9]/g, '')) as [string, string]
  return one === other || (one.length > 4 && distance(one, other) <= 2)
}

/** Returns the number of letters to add, remove or replace (Levenshtein). Infinite when `other` is much longer. */
function distance(one: string, other: string): number {
  if (other.length > one.length + 2) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (const [column, each] of [...other].entries()) {
      const exchanged = (row[column] ?? 0) + (each === letter ? 0 : 1)
      next.push(Math.min(exchanged, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
