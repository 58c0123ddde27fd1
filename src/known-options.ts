import { ConfigurationError } from './errors.ts'

/** The names of all options of an interface. The compiler refuses missing names and surplus names. */
export type OptionNames<Options extends object> = Readonly<Record<keyof Options, true>>

/**
 * Throws for options of unknown names. Why: callers in JavaScript would otherwise miss that an option is misspelt.
 *
 * ```ts
 * import { assertKnownOptions, type HttpOptions } from 'ostiary/http'
 *
 * interface MyOptions extends Pick<HttpOptions, 'auth'> {
 *   readonly greeting?: string
 * }
 *
 * export function adapter(options: MyOptions) {
 *   assertKnownOptions('The options of adapter()', options, { auth: true, greeting: true })
 * }
 * ```
 *
 * @throws {ConfigurationError} when an option is unknown. The message names the option, and a similar known option.
 */
export function assertKnownOptions<Options extends object>(
  what: string,
  options: Options | undefined,
  names: OptionNames<Options>,
): void {
  if (typeof options !== 'object' || options === null) return
  const known = Object.keys(names)
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(names, name))
  if (unknown.length === 0) return
  const sentences = unknown.map((name) => {
    const [meant] = known.map((each) => [distance(name, each), each] as const).sort(([a], [b]) => a - b)
    const isNear = meant !== undefined && meant[0] <= Math.max(2, name.length / 3)
    return `${JSON.stringify(name)} is no option.${isNear ? ` Did you mean "${meant[1]}"?` : ''}`
  })
  throw new ConfigurationError(`${what}: ${sentences.join(' ')} The options are ${known.sort().join(', ')}.`)
}

/** Returns the number of letters to add, remove or replace (Levenshtein). Ignores case. */
function distance(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
