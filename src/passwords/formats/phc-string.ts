/** The parts of a hash in the PHC string format, with salt and output still as text. */
export interface PhcString {
  readonly id: string
  readonly version: string | undefined
  readonly parameters: ReadonlyMap<string, string>
  /** As written. */
  readonly salt: string
  readonly output: string
}

// Names and values have the format's own characters. Salt and output are base64 of either alphabet, with or without
// padding.
const PHC =
  /^\$([a-z0-9-]{1,32})(?:\$v=(\d{1,10}))?\$([a-z0-9-]{1,32}=[A-Za-z0-9/+.=-]{1,256}(?:,[a-z0-9-]{1,32}=[A-Za-z0-9/+.=-]{1,256}){0,7})\$([A-Za-z0-9/+.=]{0,1368})\$([A-Za-z0-9/+.=]{1,128})$/

/**
 * Reads `$id[$v=version]$name=value,…$salt$output` (the PHC string format). Parameters stand in any order. Returns
 * undefined for any other text, and for a repeated parameter.
 *
 * @example readPhcString('$argon2id$v=19$m=65536,p=4,t=3$…$…')?.parameters.get('t') // '3'
 */
export function readPhcString(text: string): PhcString | undefined {
  const [, id, version, list, salt = '', output] = PHC.exec(text) ?? []
  if (id === undefined || list === undefined || output === undefined) return undefined
  const pairs = list.split(',').map((pair): [string, string] => {
    const equals = pair.indexOf('=')
    return [pair.slice(0, equals), pair.slice(equals + 1)]
  })
  const parameters = new Map(pairs)
  return parameters.size === pairs.length ? { id, version, parameters, salt, output } : undefined
}

/**
 * Returns the figures of the parameters in `names`, in the order of `names`.
 *
 * Returns undefined when one is missing or written in an unusual way, with a sign or a leading zero. Returns undefined
 * too when there are parameters besides `names` and `optional`.
 */
export function readFigures(
  { parameters }: PhcString,
  names: readonly string[],
  optional: readonly string[] = [],
): readonly number[] | undefined {
  const texts = names.map((name) => parameters.get(name) ?? '')
  const isKnown = [...parameters.keys()].every((name) => names.includes(name) || optional.includes(name))
  return isKnown && texts.every((text) => /^[1-9]\d{0,9}$/.test(text)) ? texts.map(Number) : undefined
}
