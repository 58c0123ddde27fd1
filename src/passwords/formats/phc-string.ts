/** The parts of a hash in the PHC string format, before anything is made of the bytes. */
export interface PhcString {
  readonly id: string
  readonly version: string | undefined
  readonly parameters: ReadonlyMap<string, string>
  /** As written. */
  readonly salt: string
  readonly output: string
}

// Names and values of the format's own characters; salt and output in base64 of either alphabet, with or without padding.
const PHC =
  /^\$([a-z0-9-]{1,32})(?:\$v=(\d{1,10}))?\$([a-z0-9-]{1,32}=[A-Za-z0-9/+.=-]{1,256}(?:,[a-z0-9-]{1,32}=[A-Za-z0-9/+.=-]{1,256}){0,7})\$([A-Za-z0-9/+.=]{0,1368})\$([A-Za-z0-9/+.=]{1,128})$/

/**
 * Reads `$id[$v=version]$name=value,…$salt$output` (the PHC string format). The order of the parameters is free.
 * Undefined for any other text, and when a parameter comes twice.
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
 * The figures of the parameters that are named, in that order. Undefined when one is missing, written in an unusual way
 * (a sign, a leading zero), or when there are parameters beside the named and the optional ones.
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
